/* Whether bytes are their own canonical form (exclusive C14N, one default namespace), in one pass.

   Optional: where no compiler was at hand, libxml2 writes the canonical form of every element. What
   is not plainly canonical is left to it as well. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <string.h>

#define MAX_DEPTH 256

/* What follows a reference that C14N writes, or NULL. `known`: those that it writes there. */
static const char *after_reference(const char *at, const char *end, const char *const *known)
{
    for (; *known != NULL; known++) {
        size_t size = strlen(*known);
        if ((size_t)(end - at) >= size && memcmp(at, *known, size) == 0)
            return at + size;
    }
    return NULL;
}

/* What bytes are: of a name, of a text, of an attribute's value, where no look at them is needed. */
enum { NAME = 1, TEXT = 2, VALUE = 4 };
static unsigned char is[256];

static void know_bytes(void)
{
    for (int byte = 0; byte < 256; byte++) {
        int name = byte > ' ' && strchr("!\"#&'/:<=>?", byte) == NULL;
        int text = byte != '\r' && byte != '<' && byte != '>' && byte != '&';
        int value = byte >= ' ' && byte != '<' && byte != '"' && byte != '&';
        is[byte] = (name ? NAME : 0) | (text ? TEXT : 0) | (value ? VALUE : 0);
    }
}

/* The first byte from `at` on that is none of `kind`, or `end`. */
static const char *skip(const char *at, const char *end, int kind)
{
    while (at < end && is[(unsigned char)*at] & kind)
        at++;
    return at;
}

/* Behind an attribute ` name="value"` that begins at `at`, or NULL. `*last`: the name before it,
   `*last_size` bytes, which it must follow in order; then its own. */
static const char *attribute_end(const char *at, const char *end, const char **last,
                                 Py_ssize_t *last_size)
{
    static const char *const known[] = {"&amp;", "&lt;", "&quot;", NULL};
    const char *name = at + 1, *here = skip(name, end, NAME);
    Py_ssize_t size = here - name, common = size < *last_size ? size : *last_size;
    if (size == 0 || end - here < 2 || here[0] != '=' || here[1] != '"')
        return NULL;
    if (size == 5 && memcmp(name, "xmlns", 5) == 0) /* another namespace, or the same again */
        return NULL;
    if (*last != NULL) {
        int order = memcmp(*last, name, common);
        if (order > 0 || (order == 0 && *last_size >= size))
            return NULL;
    }
    *last = name;
    *last_size = size;
    for (here += 2; (here = skip(here, end, VALUE)) < end && *here != '"';)
        if (*here != '&' || (here = after_reference(here, end, known)) == NULL)
            return NULL;
    return here < end ? here + 1 : NULL;
}

/* Behind the tag that opens at `at` (`<name a="1" b="2">`), or NULL. */
static const char *tag_end(const char *at, const char *end)
{
    const char *here = skip(at + 1, end, NAME), *last = NULL;
    Py_ssize_t last_size = 0;
    if (here == at + 1)
        return NULL;
    while (here != NULL && here < end && *here == ' ')
        here = attribute_end(here, end, &last, &last_size);
    return here != NULL && here < end && *here == '>' ? here + 1 : NULL;
}

/* canonical_size(bytes) -> how many bytes the element has that they begin with, where its bytes are
   canonical (but for the declaration of the one namespace that it is in); else -1. */
static PyObject *canonical_size(PyObject *Py_UNUSED(module), PyObject *data)
{
    static const char *const known[] = {"&amp;", "&lt;", "&gt;", NULL};
    if (!PyBytes_Check(data)) {
        PyErr_SetString(PyExc_TypeError, "canonical_size(bytes)");
        return NULL;
    }
    const char *start = PyBytes_AS_STRING(data), *end = start + PyBytes_GET_SIZE(data);
    const char *at = start;
    int depth = 0;
    if (at == end || *at != '<')
        return PyLong_FromLong(-1);
    while (at != NULL && (at = skip(at, end, TEXT)) < end) {
        if (*at == '<' && end - at > 1 && at[1] == '/') {
            at = skip(at + 2, end, NAME);
            if (at == end || *at++ != '>')
                break;
            if (--depth == 0)
                return PyLong_FromSsize_t(at - start);
        } else if (*at == '<') {
            at = depth++ < MAX_DEPTH ? tag_end(at, end) : NULL;
        } else if (*at == '&') {
            at = after_reference(at, end, known);
        } else
            break;
    }
    return PyLong_FromLong(-1);
}

static PyMethodDef methods[] = {
    {"canonical_size", canonical_size, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_canonica", NULL, -1, methods, NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__canonica(void)
{
    know_bytes();
    return PyModule_Create(&definition);
}
