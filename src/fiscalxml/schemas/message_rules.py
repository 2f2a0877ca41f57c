"""Which translator speaks for each text of libxml2's schema validator.

The texts are those of libxml2 2.14, `xmlschemas.c`; the named groups are what they tell.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from re import Match

from fiscalxml.schemas import identity_messages as identity
from fiscalxml.schemas import structure_messages as structure
from fiscalxml.schemas import value_messages as value
from fiscalxml.schemas.translation import Place, Traducao

Handler = Callable[[Place, Match[str]], Traducao]


def _compiled(*rules: tuple[str, Handler]) -> tuple[tuple[re.Pattern[str], Handler], ...]:
    return tuple((re.compile(text, re.DOTALL), handler) for text, handler in rules)


_LENGTH = r"The value (?:'(?P<value>.*)' )?has a length of '(?P<length>\d+)'; this "
_EXPECTED = r"(?: Expected is (?:one of )?\( (?P<expected>.*) \)\.)?"

RULES = _compiled(
    (rf"This element is not expected\.{_EXPECTED}", structure.unexpected),
    (rf"Missing child element\(s\)\.{_EXPECTED}", structure.missing_children),
    (
        r"\[facet 'pattern'\] The value '(?P<value>.*)' is not accepted by the pattern "
        r"'(?P<expected>.*)'\.",
        value.pattern,
    ),
    (
        r"\[facet 'enumeration'\] The value '(?P<value>.*)' is not an element of the set "
        r"\{(?P<expected>.*)\}\.",
        value.enumeration,
    ),
    (
        rf"\[facet 'length'\] {_LENGTH}differs from the allowed length of '(?P<expected>\d+)'\.",
        value.length,
    ),
    (
        rf"\[facet 'minLength'\] {_LENGTH}underruns the allowed minimum length of "
        r"'(?P<expected>\d+)'\.",
        value.min_length,
    ),
    (
        rf"\[facet 'maxLength'\] {_LENGTH}exceeds the allowed maximum length of "
        r"'(?P<expected>\d+)'\.",
        value.max_length,
    ),
    (
        r"\[facet 'minInclusive'\] The value '(?P<value>.*)' is less than the minimum value "
        r"allowed \('(?P<expected>.*)'\)\.",
        value.min_value,
    ),
    (
        r"\[facet 'maxInclusive'\] The value '(?P<value>.*)' is greater than the maximum value "
        r"allowed \('(?P<expected>.*)'\)\.",
        value.max_value,
    ),
    (
        r"\[facet 'minExclusive'\] The value '(?P<value>.*)' must be greater than "
        r"'(?P<expected>.*)'\.",
        value.above,
    ),
    (
        r"\[facet 'maxExclusive'\] The value '(?P<value>.*)' must be less than "
        r"'(?P<expected>.*)'\.",
        value.below,
    ),
    (
        r"\[facet 'totalDigits'\] The value '(?P<value>.*)' has more digits than are allowed "
        r"\('(?P<expected>.*)'\)\.",
        value.total_digits,
    ),
    (
        r"\[facet 'fractionDigits'\] The value '(?P<value>.*)' has more fractional digits than "
        r"are allowed \('(?P<expected>.*)'\)\.",
        value.fraction_digits,
    ),
    (r"\[facet '[^']*'\] The value (?:'(?P<value>.*)' )?is not facet-valid\.", value.other_facet),
    (
        r"(?:'(?P<value>.*)' is not a valid value of|The character content is not a valid value "
        r"of) the (?:local )?(?P<kind>atomic|list|union) type(?: '(?P<type>[^']*)')?\.",
        value.datatype,
    ),
    (
        r"The (?:actual |initial )?value '(?P<value>.*)' does not match the fixed value constraint "
        r"'(?P<expected>.*)'\.",
        value.fixed_value,
    ),
    (
        r"The value '(?P<value>.*)' of simple type 'xs:ID' is not a valid 'xs:NCName'\.",
        value.not_an_id,
    ),
    (r"Duplicate value '(?P<value>.*)' of simple type 'xs:ID'\.", identity.duplicate_id),
    (r"The attribute '(?P<name>[^']*)' is required but missing\.", structure.missing_attribute),
    (r"The attribute '[^']*' is not allowed\.", structure.unknown_attribute),
    (r"No matching global attribute declaration available, .*", structure.unknown_attribute),
    (r"No matching global declaration available .*", structure.unknown_root),
    (r"No matching global element declaration available, .*", structure.undeclared_element),
    (
        r"(?:Character|Element) content is not allowed, because the content type is empty\.",
        structure.must_be_empty,
    ),
    (r"Character content other than whitespace is not allowed .*", structure.text_in_group),
    (r"Element content is not allowed, .*", structure.children_in_field),
    (r"The content must not contain element nodes .*", structure.children_in_field),
    (r"Neither character nor element content is allowed.*", identity.nil),
    (r"The element is not 'nillable'\.", identity.nil),
    (r"The element cannot be 'nilled' .*", identity.nil),
    (r"Duplicate key-sequence (?P<key>\[.*\]) in .*", identity.duplicate_key),
    (r"Not all fields of .* evaluate to a node\.", identity.incomplete_key),
    (
        r"(?:No|More than one) match found for key-sequence (?P<key>\[.*\]) of .*",
        identity.broken_reference,
    ),
    (r"The XPath '.*' of a field of .*", identity.odd_key),
    (r"Warning: No precomputed value available, .*", identity.key_not_computed),
    (
        r"The QName value '(?P<value>.*)' has no corresponding namespace declaration in scope\.",
        identity.undeclared_prefix,
    ),
    (
        r"The value '(?P<value>.*)' of simple type 'xs:QName' has no corresponding .*",
        identity.undeclared_prefix,
    ),
    (r"The QName value '.*' of the xsi:type attribute does not resolve .*", identity.wrong_type),
    (r"The type definition '.*', specified by xsi:type, .*", identity.wrong_type),
    (r"The (?:element declaration|type definition) is abstract\.", identity.abstract),
)
