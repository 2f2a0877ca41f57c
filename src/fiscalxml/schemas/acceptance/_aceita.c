/* Whether a document plainly satisfies its schema: `__init__.py` says what is plain.

   Optional: where no compiler was at hand, libxml2 judges every document. It does so too where this
   says no, which finds no faults and tells no reasons. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <limits.h>
#include <stdint.h>

#include "../../xml/_marcas.h"

#define MAX_AUTOMATA 4 /* of a type of texts */
#define MAX_LIMITS 8   /* of an element */
#define MAX_IDS 16     /* of a document */
#define CAPSULE "fiscalxml.schemas.acceptance._aceita"

enum { PRESERVE, COLLAPSE, BASE64, ID }; /* how a text is read */
enum { ELEMENTS = -1, NOTHING = -2 };    /* instead of a type of texts */
#define ANY INT_MIN                      /* the type of an element that nobody looks into */
#define STRANGE (-2)                     /* a namespace that the schema does not know */

typedef struct {
    const unsigned char *classes, *accepts;
    const uint16_t *table;
    int columns;
} Automato;

typedef struct {
    int known, reading, count;
    Py_ssize_t least, most;
    int automata[MAX_AUTOMATA];
} Simples;

typedef struct {
    const char *name;
    Py_ssize_t size;
    int space, type, next, limit;
} Lugar;

typedef struct {
    int ends, count;
    const Lugar *places;
} Estado;

typedef struct {
    const char *name;
    Py_ssize_t size;
    int type, required;
} AtributoDe;

typedef struct {
    int known, text, attribute_count, limit_count;
    const Estado *states;
    const AtributoDe *attributes;
    Py_ssize_t limits[MAX_LIMITS];
    const char *unique; /* an attribute of the elements in it, or empty */
    Py_ssize_t unique_size;
} Complexo;

typedef struct {
    PyObject *source; /* the tuples, whose bytes are pointed to */
    PyObject *spaces; /* namespaces, a tuple of bytes */
    Automato *automata;
    Simples *simples;
    Complexo *complexos;
    void *blocks[3]; /* states, places, attributes of all */
    Lugar root;
} Plano;

/* ---- reading the tables ---- */

static void forget(PyObject *capsule)
{
    Plano *plan = PyCapsule_GetPointer(capsule, CAPSULE);
    Py_XDECREF(plan->source);
    PyMem_Free(plan->automata);
    PyMem_Free(plan->simples);
    PyMem_Free(plan->complexos);
    for (int each = 0; each < 3; each++)
        PyMem_Free(plan->blocks[each]);
    PyMem_Free(plan);
}

static int read_automaton(PyObject *given, Automato *automaton)
{
    PyObject *classes, *table, *accepts;
    if (!PyArg_ParseTuple(given, "SiSS", &classes, &automaton->columns, &table, &accepts))
        return -1;
    automaton->classes = (unsigned char *)PyBytes_AS_STRING(classes);
    automaton->table = (uint16_t *)PyBytes_AS_STRING(table);
    automaton->accepts = (unsigned char *)PyBytes_AS_STRING(accepts);
    return 0;
}

static int read_simple(PyObject *given, Simples *simple)
{
    PyObject *automata;
    if (given == Py_None)
        return 0;
    if (!PyArg_ParseTuple(given, "innO!", &simple->reading, &simple->least, &simple->most,
                          &PyTuple_Type, &automata))
        return -1;
    simple->count = (int)PyTuple_GET_SIZE(automata);
    simple->known = simple->count <= MAX_AUTOMATA;
    for (int each = 0; simple->known && each < simple->count; each++)
        simple->automata[each] = (int)PyLong_AsLong(PyTuple_GET_ITEM(automata, each));
    return PyErr_Occurred() ? -1 : 0;
}

/* Where the next states, places and attributes are to be written. */
typedef struct {
    Estado *states;
    Lugar *places;
    AtributoDe *attributes;
} Espaco;

static int read_place(PyObject *given, Lugar *place)
{
    return PyArg_ParseTuple(given, "y#iiii", &place->name, &place->size, &place->space,
                            &place->type, &place->next, &place->limit)
               ? 0
               : -1;
}

static int read_complex(PyObject *given, Complexo *complex, Espaco *room)
{
    PyObject *states, *attributes, *limits;
    if (given == Py_None)
        return 0;
    if (!PyArg_ParseTuple(given, "O!O!O!iy#", &PyTuple_Type, &states, &PyTuple_Type, &attributes,
                          &PyTuple_Type, &limits, &complex->text, &complex->unique,
                          &complex->unique_size))
        return -1;
    complex->states = room->states;
    for (Py_ssize_t each = 0; each < PyTuple_GET_SIZE(states); each++) {
        PyObject *places;
        Estado *state = room->states++;
        if (!PyArg_ParseTuple(PyTuple_GET_ITEM(states, each), "pO!", &state->ends, &PyTuple_Type,
                              &places))
            return -1;
        state->count = (int)PyTuple_GET_SIZE(places);
        state->places = room->places;
        for (int other = 0; other < state->count; other++)
            if (read_place(PyTuple_GET_ITEM(places, other), room->places++) < 0)
                return -1;
    }
    complex->attributes = room->attributes;
    complex->attribute_count = (int)PyTuple_GET_SIZE(attributes);
    for (int each = 0; each < complex->attribute_count; each++) {
        AtributoDe *attribute = room->attributes++;
        if (!PyArg_ParseTuple(PyTuple_GET_ITEM(attributes, each), "y#ip", &attribute->name,
                              &attribute->size, &attribute->type, &attribute->required))
            return -1;
    }
    complex->limit_count = (int)PyTuple_GET_SIZE(limits);
    complex->known = complex->limit_count <= MAX_LIMITS && complex->attribute_count <= 32;
    for (int each = 0; complex->known && each < complex->limit_count; each++)
        complex->limits[each] = PyLong_AsSsize_t(PyTuple_GET_ITEM(limits, each));
    return PyErr_Occurred() ? -1 : 0;
}

/* How many states, places and attributes there are in all. */
static void count_parts(PyObject *complexos, Py_ssize_t counts[3])
{
    for (Py_ssize_t each = 0; each < PyTuple_GET_SIZE(complexos); each++) {
        PyObject *given = PyTuple_GET_ITEM(complexos, each);
        if (!PyTuple_Check(given) || PyTuple_GET_SIZE(given) < 2)
            continue;
        PyObject *states = PyTuple_GET_ITEM(given, 0), *attributes = PyTuple_GET_ITEM(given, 1);
        if (!PyTuple_Check(states) || !PyTuple_Check(attributes))
            continue;
        counts[0] += PyTuple_GET_SIZE(states);
        counts[2] += PyTuple_GET_SIZE(attributes);
        for (Py_ssize_t other = 0; other < PyTuple_GET_SIZE(states); other++) {
            PyObject *state = PyTuple_GET_ITEM(states, other);
            if (PyTuple_Check(state) && PyTuple_GET_SIZE(state) == 2 &&
                PyTuple_Check(PyTuple_GET_ITEM(state, 1)))
                counts[1] += PyTuple_GET_SIZE(PyTuple_GET_ITEM(state, 1));
        }
    }
}

/* plan(tables of `Elements.tables`) -> what `accepts` takes. The tables are trusted. */
static PyObject *make_plan(PyObject *Py_UNUSED(module), PyObject *tables)
{
    PyObject *automata, *simples, *complexos, *root;
    Plano *plan = PyMem_Calloc(1, sizeof *plan);
    if (plan == NULL)
        return PyErr_NoMemory();
    PyObject *capsule = PyCapsule_New(plan, CAPSULE, forget);
    if (capsule == NULL) {
        PyMem_Free(plan);
        return NULL;
    }
    if (!PyTuple_Check(tables)) {
        PyErr_SetString(PyExc_TypeError, "plan(tuple)");
        goto failure;
    }
    plan->source = Py_NewRef(tables);
    if (!PyArg_ParseTuple(tables, "O!O!O!O!O!", &PyTuple_Type, &plan->spaces, &PyTuple_Type,
                          &automata, &PyTuple_Type, &simples, &PyTuple_Type, &complexos,
                          &PyTuple_Type, &root) ||
        !PyArg_ParseTuple(root, "y#ii", &plan->root.name, &plan->root.size, &plan->root.space,
                          &plan->root.type))
        goto failure;
    Py_ssize_t counts[3] = {0, 0, 0};
    count_parts(complexos, counts);
    plan->automata = PyMem_Calloc(PyTuple_GET_SIZE(automata) + 1, sizeof *plan->automata);
    plan->simples = PyMem_Calloc(PyTuple_GET_SIZE(simples) + 1, sizeof *plan->simples);
    plan->complexos = PyMem_Calloc(PyTuple_GET_SIZE(complexos) + 1, sizeof *plan->complexos);
    Espaco room = {.states = plan->blocks[0] = PyMem_Calloc(counts[0] + 1, sizeof(Estado)),
                   .places = plan->blocks[1] = PyMem_Calloc(counts[1] + 1, sizeof(Lugar)),
                   .attributes = plan->blocks[2] =
                       PyMem_Calloc(counts[2] + 1, sizeof(AtributoDe))};
    if (!plan->automata || !plan->simples || !plan->complexos || !room.states || !room.places ||
        !room.attributes) {
        PyErr_NoMemory();
        goto failure;
    }
    for (Py_ssize_t each = 0; each < PyTuple_GET_SIZE(automata); each++)
        if (read_automaton(PyTuple_GET_ITEM(automata, each), &plan->automata[each]) < 0)
            goto failure;
    for (Py_ssize_t each = 0; each < PyTuple_GET_SIZE(simples); each++)
        if (read_simple(PyTuple_GET_ITEM(simples, each), &plan->simples[each]) < 0)
            goto failure;
    for (Py_ssize_t each = 0; each < PyTuple_GET_SIZE(complexos); each++)
        if (read_complex(PyTuple_GET_ITEM(complexos, each), &plan->complexos[each], &room) < 0)
            goto failure;
    return capsule;
failure:
    Py_DECREF(capsule);
    return NULL;
}

/* ---- reading a document ---- */

typedef struct {
    const Plano *plan;
    const char *end;
    int ids;
    Atributo id[MAX_IDS]; /* values that were met */
} Leitura;

/* An element that is open; without a type: one that nobody looks into. */
typedef struct {
    const Complexo *type;
    int state, space, met; /* `met`: values of what is unique */
    const char *name, *first;
    Py_ssize_t size, first_size, counts[MAX_LIMITS];
    long last; /* of the values, where they are numbers */
} Aberto;

static int is_base64(const char *text, Py_ssize_t size)
{
    Py_ssize_t padding = 0;
    if (size == 0 || size % 4)
        return 0;
    while (padding < 2 && text[size - 1 - padding] == '=')
        padding++;
    for (Py_ssize_t at = 0; at < size - padding; at++) {
        char byte = text[at];
        if (!((byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
              (byte >= '0' && byte <= '9') || byte == '+' || byte == '/'))
            return 0;
    }
    /* The bits of the last character that are left over are zero. */
    return padding == 0 || strchr(padding == 1 ? "AEIMQUYcgkosw048" : "AQgw",
                                  text[size - 1 - padding]) != NULL;
}

/* Whether it has blanks that collapsing would take away. */
static int has_free_blanks(const char *text, Py_ssize_t size)
{
    for (Py_ssize_t at = 0; at < size; at++)
        if (text[at] == '\t' || text[at] == '\n' ||
            (text[at] == ' ' && (at == 0 || at == size - 1 || text[at - 1] == ' ')))
            return 1;
    return 0;
}

/* Whether no ID of the document has this value yet. */
static int is_new(Leitura *reading, const char *text, Py_ssize_t size)
{
    for (int each = 0; each < reading->ids; each++)
        if (same(reading->id[each].value, reading->id[each].value_size, text, size))
            return 0;
    if (reading->ids == MAX_IDS)
        return 0;
    reading->id[reading->ids++] = (Atributo){NULL, text, 0, size};
    return 1;
}

/* The characters of a text, each in a byte, or -1: a text of other than Latin-1 characters. */
static Py_ssize_t to_latin1(const char *text, Py_ssize_t size, unsigned char *characters)
{
    Py_ssize_t length = 0;
    for (Py_ssize_t at = 0; at < size; at++) {
        unsigned char byte = text[at];
        if (byte >= 0x80) {
            unsigned char next = at + 1 < size ? text[at + 1] : 0;
            if ((byte != 0xC2 && byte != 0xC3) || next < 0x80 || next >= 0xC0)
                return -1;
            byte = (unsigned char)((byte & 3) << 6 | (next & 0x3F));
            at++;
        }
        characters[length++] = byte;
    }
    return length;
}

static int takes(const Plano *plan, const Simples *simple, const unsigned char *text,
                 Py_ssize_t size)
{
    if (size < simple->least || size > simple->most)
        return 0;
    for (int each = 0; each < simple->count; each++) {
        const Automato *automaton = &plan->automata[simple->automata[each]];
        unsigned int state = 1;
        for (Py_ssize_t at = 0; at < size && state; at++)
            state = automaton->table[state * automaton->columns + automaton->classes[text[at]]];
        if (!automaton->accepts[state])
            return 0;
    }
    return 1;
}

/* Whether a text is of a type. `seen`: what bytes it has. */
static int is_of(Leitura *reading, int type, const char *text, Py_ssize_t size, int seen)
{
    const Simples *simple = &reading->plan->simples[type];
    if (!simple->known)
        return 0;
    if (simple->reading == BASE64)
        return is_base64(text, size);
    if (simple->reading != PRESERVE && (seen & REFERENCE || has_free_blanks(text, size)))
        return 0;
    if (simple->reading == ID && !is_new(reading, text, size))
        return 0;
    if (!(seen & (HIGH | REFERENCE)))
        return takes(reading->plan, simple, (const unsigned char *)text, size);
    char *plain = PyMem_Malloc(size);
    if (plain == NULL)
        return 0;
    Py_ssize_t length = seen & REFERENCE ? unescape(text, size, plain) : size;
    if (!(seen & REFERENCE))
        memcpy(plain, text, size);
    if (length >= 0) /* it grows shorter, so it can be done in its place */
        length = to_latin1(plain, length, (unsigned char *)plain);
    int found = length >= 0 && takes(reading->plan, simple, (unsigned char *)plain, length);
    PyMem_Free(plain);
    return found;
}

/* Whether a value differs from all those before it among the elements in `around`: as a number that
   is larger than the last, or as the second of two. */
static int is_unique(Aberto *around, const Atributo *given)
{
    const char *value = given->value;
    Py_ssize_t size = given->value_size;
    int digits = size > 0 && size < 10 && value[0] != '0', met = around->met++;
    long number = 0;
    for (Py_ssize_t at = 0; digits && at < size; at++) {
        digits = value[at] >= '0' && value[at] <= '9';
        number = number * 10 + value[at] - '0';
    }
    if (met == 0) {
        around->first = value;
        around->first_size = size;
        around->last = digits ? number : 0;
        return 1;
    }
    int larger = digits && around->last > 0 && number > around->last;
    around->last = larger ? number : 0; /* from now on none is known to be larger */
    return larger || (met == 1 && !same(around->first, around->first_size, value, size));
}

/* Whether the attributes are those of a type (NULL: it has none) in `around`; `*space`: the
   namespace that the element is in. */
static int has_attributes(Leitura *reading, const Complexo *type, const Marca *tag, int *space,
                          Aberto *around)
{
    unsigned int given = 0;
    for (int each = 0; each < tag->count; each++) {
        const Atributo *one = &tag->attributes[each];
        if (is_declaration(one)) {
            int other = place_of_namespace(one, reading->plan->spaces);
            *space = other < 0 ? STRANGE : other;
            continue;
        }
        int other = type == NULL ? -1 : type->attribute_count - 1;
        while (other >= 0 && !same(one->name, one->name_size, type->attributes[other].name,
                                   type->attributes[other].size))
            other--;
        if (other < 0 || !is_of(reading, type->attributes[other].type, one->value,
                                one->value_size, tag->high))
            return 0;
        given |= 1u << other;
        if (around != NULL && around->type->unique_size &&
            same(one->name, one->name_size, around->type->unique, around->type->unique_size) &&
            !is_unique(around, one))
            return 0;
    }
    for (int each = 0; type != NULL && each < type->attribute_count; each++)
        if (type->attributes[each].required && !(given >> each & 1))
            return 0;
    return 1;
}

/* The place of an element that begins in `around`, which is then behind it; NULL for none. */
static const Lugar *place_of(Aberto *around, const Marca *tag)
{
    static const Lugar anywhere = {.name = "", .type = ANY};
    if (around->type == NULL)
        return &anywhere;
    const Estado *state = &around->type->states[around->state];
    Py_ssize_t size = tag->name_end - tag->name;
    for (int each = 0; each < state->count; each++) {
        const Lugar *place = &state->places[each];
        if (place->type != ANY && !same(place->name, place->size, tag->name, size))
            continue;
        if (place->limit >= 0 &&
            ++around->counts[place->limit] > around->type->limits[place->limit])
            return NULL;
        around->state = place->next;
        return place;
    }
    return NULL;
}

/* Whether an element may begin so, in `around` (NULL: it is the root); `*type`: what it is.
   `*space`: the namespace that it is in. */
static int begins(Leitura *reading, const Marca *tag, Aberto *around, int *type, int *space)
{
    const Plano *plan = reading->plan;
    const Lugar *place = around != NULL ? place_of(around, tag) : &plan->root;
    *space = around != NULL ? around->space : -1;
    if (place == NULL)
        return 0;
    *type = place->type;
    if (*type == ANY)
        return !tag->high;
    const Complexo *complex = *type < 0 ? NULL : &plan->complexos[*type];
    return same(place->name, place->size, tag->name, tag->name_end - tag->name) &&
           (complex == NULL || complex->known) &&
           has_attributes(reading, complex, tag, space, around) && *space == place->space;
}

/* Whether a text may stand at the beginning of an element. `simple`: the type of its text. */
static int may_hold(Leitura *reading, int type, int simple, const char *text, Py_ssize_t size,
                    int seen)
{
    if (type == ANY)
        return !(seen & (HIGH | REFERENCE));
    if (simple >= 0)
        return is_of(reading, simple, text, size, seen);
    return simple == NOTHING ? size == 0 : !(seen & ALONE);
}

/* Behind the element whose tag begins at `at`, or NULL where it is not plainly valid. */
static const char *element_end(Leitura *reading, const char *at)
{
    Aberto stack[MAX_DEPTH];
    const char *end = reading->end;
    int depth = 0;
    do {
        Aberto *around = depth ? &stack[depth - 1] : NULL;
        if (around != NULL && end - at > 1 && at[0] == '<' && at[1] == '/') {
            at = end_of(at, end, around->name, around->size);
            if (at == NULL ||
                (around->type != NULL && !around->type->states[around->state].ends))
                return NULL;
            depth--;
        } else {
            Marca tag;
            int type, space, seen = 0;
            if (at == end || *at != '<' || !read_tag(at, end, &tag) ||
                !begins(reading, &tag, around, &type, &space))
                return NULL;
            const Complexo *complex = type < 0 ? NULL : &reading->plan->complexos[type];
            const char *text = tag.close + 1;
            Py_ssize_t size = tag.name_end - tag.name;
            at = tag.empty ? text : skip(text, end, TEXT, &seen);
            int is_end = tag.empty || (end - at > 1 && at[1] == '/');
            int simple = type == ANY ? ELEMENTS : complex == NULL ? -1 - type : complex->text;
            if (!may_hold(reading, type, simple, text, at - text, seen))
                return NULL;
            if (simple == ELEMENTS && !is_end) {
                if (depth == MAX_DEPTH)
                    return NULL;
                stack[depth++] =
                    (Aberto){.type = complex, .space = space, .name = tag.name, .size = size};
                continue;
            }
            if (complex != NULL && simple == ELEMENTS && !complex->states[0].ends)
                return NULL;
            if (!tag.empty && (at = end_of(at, end, tag.name, size)) == NULL)
                return NULL;
        }
        int seen = 0;
        if (depth == 0)
            break;
        at = skip(at, end, TEXT, &seen);
        if (stack[depth - 1].type == NULL ? seen & (HIGH | REFERENCE) : seen & ALONE)
            return NULL; /* a text beside elements */
    } while (1);
    return at;
}

/* accepts(plan, data, begin) -> whether `data` is plainly well-formed and valid, from its first tag
   on, which is at `begin` or behind blanks. */
static PyObject *accepts(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *capsule, *data;
    Py_ssize_t begin;
    int seen = 0;
    if (!PyArg_ParseTuple(args, "OSn", &capsule, &data, &begin))
        return NULL;
    Leitura reading = {.plan = PyCapsule_GetPointer(capsule, CAPSULE)};
    if (reading.plan == NULL)
        return NULL;
    if (begin < 0 || begin > PyBytes_GET_SIZE(data))
        Py_RETURN_FALSE;
    reading.end = PyBytes_AS_STRING(data) + PyBytes_GET_SIZE(data);
    const char *at = skip(PyBytes_AS_STRING(data) + begin, reading.end, TEXT, &seen);
    if (seen & ALONE || (at = element_end(&reading, at)) == NULL)
        Py_RETURN_FALSE;
    at = skip(at, reading.end, TEXT, &seen);
    return PyBool_FromLong(at == reading.end && !(seen & ALONE));
}

static PyMethodDef methods[] = {
    {"plan", make_plan, METH_O, NULL},
    {"accepts", accepts, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_aceita", NULL, -1, methods, NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__aceita(void)
{
    know_bytes();
    return PyModule_Create(&definition);
}
