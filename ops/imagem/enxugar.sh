#!/bin/sh
# Takes out of the image's environment what no role loads. Each line says what it saves; a part
# that the service comes to need fails in `make drill-imagem`, which does an export, a DANFE and a report.
set -eu
bibliotecas=$(echo "$1"/lib/python3.*/site-packages)
cd "$bibliotecas"

# pyarrow: only Parquet is written. Flight 33 MB, its S3 client 17 MB, headers and tests 9 MB.
rm -rf pyarrow/libarrow_flight.* pyarrow/libarrow_python_flight.* pyarrow/_flight.* \
    pyarrow/libarrow_s3.* pyarrow/_s3fs.* pyarrow/include pyarrow/tests
# The same library under three names; the loader asks for the middle one.
for longest in pyarrow/*.so.*.*.*; do
    plain=${longest%.*.*}
    [ ! -e "$plain" ] || rm -f "$longest"
done
for middle in pyarrow/*.so.*; do
    rm -f "${middle%.so.*}.so"
done
# zstandard: its second implementation, for interpreters without a C API. 12 MB.
rm -f zstandard/_cffi.*
# phonenumbers: places of telephone numbers. 20 MB.
rm -rf phonenumbers/geodata phonenumbers/carrierdata
# botocore: of 400 services, those that a master key in KMS needs. 25 MB.
find botocore/data -mindepth 1 -maxdepth 1 -type d \
    ! -name kms ! -name sts ! -name sso ! -name sso-oidc ! -name signin -exec rm -rf {} +
# Tests of libraries, and what only a compiler reads.
find . -type d \( -name tests -o -name test \) -path '*/*/*' -prune \
    -exec rm -rf {} +
find . -type f \( -name '*.pyx' -o -name '*.pxd' -o -name '*.pxi' -o -name '*.h' -o -name '*.c' \) -delete
