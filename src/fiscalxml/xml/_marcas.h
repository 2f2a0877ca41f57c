/* Tags and texts as they stand in bytes, where they are plain: what passes here is well-formed.

   Not plain are prefixes, comments, CDATA, references by number (but for the carriage return, which
   C14N writes so), an attribute on a line of its own, and whatever else documents seldom have. Who
   meets it leaves the document to libxml2. */

#ifndef FISCALXML_MARCAS_H
#define FISCALXML_MARCAS_H

#include <string.h>

#define MAX_DEPTH 250 /* libxml2 refuses 256 */
#define MAX_ATTRIBUTES 16
#define MAX_NAME_SIZE 1000 /* libxml2 refuses 50,000 */

typedef struct {
    const char *name, *value;
    Py_ssize_t name_size, value_size;
} Atributo;

/* A tag: its name, the end of its attributes, its `>`. */
typedef struct {
    const char *name, *name_end, *marks_end, *close;
    int empty, high, count;
    Atributo attributes[MAX_ATTRIBUTES];
} Marca;

/* What a byte is; what it may be in. ALONE says something by itself: it is no blank. */
enum { FIRST = 1, NAME = 2, TEXT = 4, VALUE = 8, ALONE = 16, HIGH = 32, REFERENCE = 64 };
static unsigned char is[256];

static void know_bytes(void)
{
    for (int byte = 0; byte < 128; byte++) {
        int letter = (byte | 32) >= 'a' && (byte | 32) <= 'z';
        int first = letter || byte == '_';
        int name = first || (byte >= '0' && byte <= '9') || byte == '-' || byte == '.';
        int text = (byte >= ' ' || byte == '\t' || byte == '\n') && byte != '<' && byte != '>';
        int value = byte >= ' ' && byte != '<' && byte != '&' && byte != '"';
        is[byte] = (first ? FIRST : 0) | (name ? NAME : 0) | (text ? TEXT : 0) |
                   (value ? VALUE : 0) | (byte > ' ' ? ALONE : 0) | (byte == '&' ? REFERENCE : 0);
    }
    /* Who decodes them sees to their order; behind 0xEF are two characters that XML does not have. */
    for (int byte = 128; byte < 256; byte++)
        is[byte] = byte == 0xEF ? 0 : TEXT | VALUE | ALONE | HIGH;
}

/* The first byte from `at` on that may not be in `kind`, or `end`; `*seen`: all that was met. */
static const char *skip(const char *at, const char *end, int kind, int *seen)
{
    int met = 0;
    while (at < end && is[(unsigned char)*at] & kind)
        met |= is[(unsigned char)*at++];
    *seen |= met;
    return at;
}

/* Behind the spaces at `at`. */
static const char *spaces_end(const char *at, const char *end)
{
    while (at < end && *at == ' ')
        at++;
    return at;
}

static int same(const char *one, Py_ssize_t size, const char *other, Py_ssize_t other_size)
{
    return size == other_size && memcmp(one, other, size) == 0;
}

/* The place of the namespace that an attribute declares among those of a tuple of bytes; -1 for none. */
static int place_of_namespace(const Atributo *given, PyObject *namespaces)
{
    int place = (int)PyTuple_GET_SIZE(namespaces);
    while (place-- > 0) {
        PyObject *known = PyTuple_GET_ITEM(namespaces, place);
        if (same(given->value, given->value_size, PyBytes_AS_STRING(known),
                 PyBytes_GET_SIZE(known)))
            break;
    }
    return place;
}

static int is_declaration(const Atributo *given)
{
    return same(given->name, given->name_size, "xmlns", 5);
}

/* Behind the attributes ` name="value"` that begin at `at`, and the spaces around them; or NULL. */
static const char *attributes_end(const char *at, const char *end, Marca *tag)
{
    int seen = 0;
    while (at < end && *at == ' ') {
        const char *name = spaces_end(at, end);
        if (name < end && (*name == '>' || *name == '/')) {
            at = name;
            break;
        }
        if (tag->count == MAX_ATTRIBUTES || name == end || !(is[(unsigned char)*name] & FIRST))
            return NULL;
        at = skip(name, end, NAME, &seen);
        if (at - name > MAX_NAME_SIZE)
            return NULL;
        for (int each = 0; each < tag->count; each++) {
            const Atributo *before = &tag->attributes[each];
            if (same(before->name, before->name_size, name, at - name))
                return NULL;
        }
        if (end - at < 3 || at[0] != '=' || at[1] != '"')
            return NULL;
        const char *value = at + 2, *value_end = skip(value, end, VALUE, &seen);
        if (value_end == end || *value_end != '"')
            return NULL;
        tag->attributes[tag->count++] = (Atributo){name, value, at - name, value_end - value};
        tag->marks_end = at = value_end + 1;
    }
    tag->high = seen & HIGH;
    return at;
}

/* Whether a plain tag opens with the `<` at `at`. */
static int read_tag(const char *at, const char *end, Marca *tag)
{
    int seen = 0;
    if (++at >= end || !(is[(unsigned char)*at] & FIRST))
        return 0;
    tag->name = at;
    tag->name_end = tag->marks_end = at = skip(at, end, NAME, &seen);
    tag->high = tag->count = 0;
    if (at - tag->name > MAX_NAME_SIZE)
        return 0;
    if (at < end && *at == ' ' && (at = attributes_end(at, end, tag)) == NULL)
        return 0;
    tag->empty = at < end && *at == '/';
    at += tag->empty;
    tag->close = at;
    return at < end && *at == '>';
}

/* Behind the tag that ends the element of this name, where it stands at `at`; else NULL. */
static const char *end_of(const char *at, const char *end, const char *name, Py_ssize_t size)
{
    if (end - at < size + 3 || at[0] != '<' || at[1] != '/' || memcmp(at + 2, name, size) != 0)
        return NULL;
    return at[size + 2] == '>' ? at + size + 3 : NULL;
}

/* A reference that C14N, the serialisation of a tree, or authors write; and what C14N writes for it. */
typedef struct {
    const char *text;
    Py_ssize_t size;
    char character;
    const char *canonical;
} Referencia;

/* The reference at the `&` with which `text` begins; NULL where it is another. */
static const Referencia *reference_at(const char *text, Py_ssize_t size)
{
    static const Referencia known[] = {
        {"&amp;", 5, '&', "&amp;"},   {"&lt;", 4, '<', "&lt;"},   {"&gt;", 4, '>', "&gt;"},
        {"&#xD;", 5, '\r', "&#xD;"}, {"&#13;", 5, '\r', "&#xD;"}, {"&quot;", 6, '"', "\""},
        {"&apos;", 6, '\'', "'"}};
    for (size_t each = 0; each < sizeof known / sizeof *known; each++)
        if (size >= known[each].size && memcmp(text, known[each].text, known[each].size) == 0)
            return &known[each];
    return NULL;
}

/* Writes a text without its references into `plain`, which has room for all of it; its length, or -1
   where it has others. */
static Py_ssize_t unescape(const char *text, Py_ssize_t size, char *plain)
{
    Py_ssize_t length = 0;
    for (Py_ssize_t at = 0; at < size;) {
        if (text[at] != '&') {
            plain[length++] = text[at++];
            continue;
        }
        const Referencia *found = reference_at(text + at, size - at);
        if (found == NULL)
            return -1;
        plain[length++] = found->character;
        at += found->size;
    }
    return length;
}

#endif
