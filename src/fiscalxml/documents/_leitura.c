/* The groups of a document from its bytes: what `groups._read_text` does, at the speed of C.

   Optional: where no compiler was at hand, Python reads them from the C14N or from the tree. All
   give the same, and whatever is not plain (`_marcas.h`) is left to the tree. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <structmember.h> /* what a slot is, before Python 3.12 */

#include "../xml/_marcas.h"

#define NAMES 1024 /* of the cache, a power of two */
#define MAX_NAME 40

typedef struct {
    Py_ssize_t size;
    char text[MAX_NAME];
    PyObject *name;
} Nome;

static Nome names[NAMES];
static PyObject *str_grupos, *str_atributos, *str_inicio, *str_add_field, *no_arguments;

/* What all groups of one reading have: their type, where its slots are, the `grupos` of most. */
typedef struct {
    PyTypeObject *type;
    Py_ssize_t grupos, atributos, inicio;
    PyObject *without;
} Forma;

/* What may be read: from where up to where, how many elements and attributes more, how long a text or
   a tag; the namespaces, a tuple of bytes, or NULL for any. Groups above the depth `placed` are told
   where they begin. */
typedef struct {
    const char *begin, *end;
    Py_ssize_t nodes, longest;
    PyObject *namespaces;
    int placed;
} Limite;

static PyObject **slot(PyObject *group, Py_ssize_t offset)
{
    return (PyObject **)((char *)group + offset);
}

/* Where a slot of a type is in its objects, or -1 with an exception. */
static Py_ssize_t offset_of(PyTypeObject *type, PyObject *name)
{
    PyObject *found = PyObject_GetAttr((PyObject *)type, name);
    if (found == NULL)
        return -1;
    Py_ssize_t offset = -1;
    if (Py_IS_TYPE(found, &PyMemberDescr_Type))
        offset = ((PyMemberDescrObject *)found)->d_member->offset;
    else
        PyErr_SetString(PyExc_TypeError, "the groups of a document need slots");
    Py_DECREF(found);
    return offset;
}

/* An interned str; few hundred names make all documents. New reference, or NULL. */
static PyObject *name_of(const char *text, Py_ssize_t size)
{
    if (size > MAX_NAME)
        return PyUnicode_DecodeUTF8(text, size, NULL);
    unsigned int hash = 2166136261u;
    for (Py_ssize_t at = 0; at < size; at++)
        hash = (hash ^ (unsigned char)text[at]) * 16777619u;
    Nome *slot = &names[hash & (NAMES - 1)];
    if (slot->name != NULL && slot->size == size && memcmp(slot->text, text, size) == 0)
        return Py_NewRef(slot->name);
    PyObject *name = PyUnicode_DecodeUTF8(text, size, NULL);
    if (name == NULL)
        return NULL;
    PyUnicode_InternInPlace(&name);
    memcpy(slot->text, text, size);
    slot->size = size;
    Py_XSETREF(slot->name, Py_NewRef(name));
    return name;
}

/* A text with references. NULL without an exception where they are unusual. */
static PyObject *unescaped(const char *text, Py_ssize_t size)
{
    char *plain = PyMem_Malloc(size);
    if (plain == NULL)
        return PyErr_NoMemory();
    Py_ssize_t length = unescape(text, size, plain);
    PyObject *value = length < 0 ? NULL : PyUnicode_DecodeUTF8(plain, length, NULL);
    PyMem_Free(plain);
    return value;
}

/* `seen`: what bytes it has. NULL without an exception where it is not plain. */
static PyObject *text_of(const char *text, Py_ssize_t size, int seen)
{
    if (seen & REFERENCE)
        return unescaped(text, size);
    if (seen & HIGH || size < 2)
        return PyUnicode_DecodeUTF8(text, size, NULL);
    PyObject *value = PyUnicode_New(size, 127);
    if (value != NULL)
        memcpy(PyUnicode_1BYTE_DATA(value), text, size);
    return value;
}

/* A group is untracked, as are the dict and the lists of its groups: they make a tree, which dies by
   its counts. A garbage collector would look at each of the 50,000 of a long note in vain. */
static PyObject *new_group(const Forma *forma)
{
    PyObject *group = forma->type->tp_new(forma->type, no_arguments, NULL);
    if (group != NULL) {
        PyObject_GC_UnTrack(group);
        *slot(group, forma->grupos) = Py_NewRef(forma->without);
    }
    return group;
}

/* 1; 0 where the text is not plain; or -1 with an exception. */
static int add_field(PyObject *group, PyObject *name, const char *text, Py_ssize_t size, int seen)
{
    PyObject *value = text_of(text, size, seen);
    if (value == NULL)
        return PyErr_Occurred() ? -1 : 0;
    Py_ssize_t before = PyDict_GET_SIZE(group);
    int done = PyDict_SetDefault(group, name, value) == NULL ? -1 : 1;
    if (done == 1 && PyDict_GET_SIZE(group) == before) { /* it repeats */
        PyObject *none = PyObject_CallMethodObjArgs(group, str_add_field, name, value, NULL);
        done = none == NULL ? -1 : 1;
        Py_XDECREF(none);
    }
    Py_DECREF(value);
    return done;
}

static int add_group(PyObject *above, const Forma *forma, PyObject *name, PyObject *group)
{
    PyObject **groups = slot(above, forma->grupos);
    if (*groups == forma->without) {
        PyObject *own = PyDict_New();
        if (own == NULL)
            return -1;
        Py_SETREF(*groups, own);
    }
    PyObject *list = PyDict_GetItemWithError(*groups, name); /* borrowed */
    if (list != NULL)
        return PyList_Append(list, group);
    if (PyErr_Occurred() || (list = PyList_New(1)) == NULL)
        return -1;
    PyList_SET_ITEM(list, 0, Py_NewRef(group));
    PyObject_GC_UnTrack(list);
    int done = PyDict_SetItem(*groups, name, list); /* which tracks the dict */
    PyObject_GC_UnTrack(*groups);
    Py_DECREF(list);
    return done;
}

/* The group that a tag opens, in the one above it (NULL: it is the root). New reference, or NULL with
   an exception. */
static PyObject *open_group(const Marca *tag, const Forma *forma, PyObject *name, PyObject *above)
{
    PyObject *group = new_group(forma);
    if (group != NULL && tag->name_end < tag->marks_end) {
        const char *marks = spaces_end(tag->name_end, tag->marks_end);
        PyObject *value = PyUnicode_DecodeUTF8(marks, tag->marks_end - marks, NULL);
        if (value == NULL)
            Py_CLEAR(group);
        else
            *slot(group, forma->atributos) = value;
    }
    if (group != NULL && above != NULL && add_group(above, forma, name, group) < 0)
        Py_CLEAR(group);
    return group;
}

/* Tells a group where it begins. 0, or -1 with an exception. */
static int place(PyObject *group, const Forma *forma, Py_ssize_t where)
{
    PyObject *number = PyLong_FromSsize_t(where);
    *slot(group, forma->inicio) = number;
    return number == NULL ? -1 : 0;
}

/* Whether a tag is within the limits, and declares no namespace but those. */
static int is_within(const Marca *tag, Limite *limit)
{
    limit->nodes -= 1 + tag->count;
    if (limit->nodes < 0 || tag->close - tag->name > limit->longest)
        return 0;
    for (int each = 0; limit->namespaces != NULL && each < tag->count; each++) {
        const Atributo *given = &tag->attributes[each];
        if (is_declaration(given) && place_of_namespace(given, limit->namespaces) < 0)
            return 0;
    }
    return 1;
}

/* The group of the element that begins at `*at`, and its name; NULL where anything is unusual,
   perhaps with an exception. `*at` is left behind it. */
static PyObject *outermost(const char **from, Limite *limit, const Forma *forma, PyObject **called)
{
    struct {
        PyObject *group; /* borrowed from the group above, but for the root */
        const char *name;
        Py_ssize_t size;
    } stack[MAX_DEPTH];
    const char *at = *from, *end = limit->end;
    PyObject *root = NULL;
    int depth = 0;
    do {
        Marca tag;
        PyObject *above = depth ? stack[depth - 1].group : NULL;
        if (end - at > 1 && at[0] == '<' && at[1] == '/') { /* of a group */
            if (depth-- == 0)
                goto unusual;
            if ((at = end_of(at, end, stack[depth].name, stack[depth].size)) == NULL)
                goto unusual;
        } else {
            if (at == end || *at != '<' || !read_tag(at, end, &tag) || !is_within(&tag, limit))
                goto unusual;
            int seen = 0;
            Py_ssize_t size = tag.name_end - tag.name;
            const char *text = tag.close + 1;
            const char *next = tag.empty ? text : skip(text, end, TEXT, &seen);
            if (next == end || (!tag.empty && *next != '<') || next - text > limit->longest)
                goto unusual;
            int is_field = tag.empty || (end - next > 1 && next[1] == '/');
            at = !is_field || tag.empty ? next : end_of(next, end, tag.name, size);
            if (is_field ? at == NULL || above == NULL || tag.high
                         : depth == MAX_DEPTH || seen & ALONE)
                goto unusual;
            PyObject *name = name_of(tag.name, size);
            if (name == NULL)
                goto unusual;
            if (is_field) {
                int done = add_field(above, name, text, next - text, seen);
                Py_DECREF(name);
                if (done != 1)
                    goto unusual;
            } else {
                PyObject *group = open_group(&tag, forma, name, above);
                if (group != NULL && depth < limit->placed &&
                    place(group, forma, tag.name - 1 - limit->begin) < 0)
                    Py_CLEAR(group);
                if (group == NULL) {
                    Py_DECREF(name);
                    goto unusual;
                }
                stack[depth].group = group;
                stack[depth].name = tag.name;
                stack[depth++].size = size;
                if (above == NULL) {
                    root = group;
                    *called = name;
                } else {
                    Py_DECREF(group); /* the group above holds it */
                    Py_DECREF(name);
                }
                continue;
            }
        }
        if (depth) {
            int blanks = 0;
            const char *behind = at;
            at = skip(at, end, TEXT, &blanks);
            if (blanks & ALONE || at - behind > limit->longest)
                goto unusual; /* a text beside elements */
        }
    } while (depth);
    *from = at;
    return root;
unusual:
    Py_CLEAR(*called);
    Py_XDECREF(root);
    return NULL;
}

/* What is unusual is no error: None, but where another exception is set. */
static PyObject *nothing(void)
{
    if (PyErr_Occurred()) {
        if (!PyErr_ExceptionMatches(PyExc_UnicodeDecodeError))
            return NULL;
        PyErr_Clear();
    }
    Py_RETURN_NONE;
}

/* Of (type, without), which all readings are given. 0, or -1 with an exception. */
static int shape(Forma *forma, PyObject *type, PyObject *without)
{
    if (!PyType_Check(type) || !PyType_IsSubtype((PyTypeObject *)type, &PyDict_Type)) {
        PyErr_SetString(PyExc_TypeError, "a type of dict is needed");
        return -1;
    }
    forma->type = (PyTypeObject *)type;
    forma->without = without;
    forma->grupos = offset_of(forma->type, str_grupos);
    forma->atributos = forma->grupos < 0 ? -1 : offset_of(forma->type, str_atributos);
    forma->inicio = forma->atributos < 0 ? -1 : offset_of(forma->type, str_inicio);
    return forma->inicio < 0 ? -1 : 0;
}

/* read(content, Grupo, without) -> the group of the outermost element, or None where something is
   unusual. `content`: its exclusive C14N. `without`: what `grupos` of a group without any groups is. */
static PyObject *read_groups(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count)
{
    Forma forma;
    if (count != 3 || !PyBytes_Check(args[0])) {
        PyErr_SetString(PyExc_TypeError, "read(bytes, type, dict)");
        return NULL;
    }
    if (shape(&forma, args[1], args[2]) < 0)
        return NULL;
    const char *at = PyBytes_AS_STRING(args[0]);
    Limite limit = {at, at + PyBytes_GET_SIZE(args[0]), PY_SSIZE_T_MAX, PY_SSIZE_T_MAX, NULL, 0};
    PyObject *name = NULL, *root = outermost(&at, &limit, &forma, &name);
    Py_XDECREF(name);
    return root == NULL ? nothing() : root;
}

/* read_whole(data, begin, Grupo, without, namespaces, nodes, longest, placed) -> (name, group) of the
   root, or None where something is unusual. `data`: a text whose first tag is at `begin`, or behind
   blanks; all of it is seen to be well-formed. `namespaces`: those that it may declare, a tuple of
   bytes. `nodes`: how many elements and attributes it may have; `longest`: bytes of a text. `placed`:
   of how many depths the groups have an `inicio`. */
static PyObject *read_whole(PyObject *Py_UNUSED(module), PyObject *args)
{
    Forma forma;
    Limite limit;
    Py_ssize_t begin;
    PyObject *data, *type, *without, *name = NULL;
    int blanks = 0;
    if (!PyArg_ParseTuple(args, "SnOOO!nni", &data, &begin, &type, &without, &PyTuple_Type,
                          &limit.namespaces, &limit.nodes, &limit.longest, &limit.placed) ||
        shape(&forma, type, without) < 0)
        return NULL;
    for (Py_ssize_t each = 0; each < PyTuple_GET_SIZE(limit.namespaces); each++)
        if (!PyBytes_Check(PyTuple_GET_ITEM(limit.namespaces, each))) {
            PyErr_SetString(PyExc_TypeError, "namespaces are bytes");
            return NULL;
        }
    if (begin < 0 || begin > PyBytes_GET_SIZE(data))
        Py_RETURN_NONE;
    limit.begin = PyBytes_AS_STRING(data);
    limit.end = limit.begin + PyBytes_GET_SIZE(data);
    const char *at = skip(limit.begin + begin, limit.end, TEXT, &blanks);
    PyObject *root = blanks & ALONE ? NULL : outermost(&at, &limit, &forma, &name);
    if (root == NULL)
        return nothing();
    if (skip(at, limit.end, TEXT, &blanks) == limit.end && !(blanks & ALONE))
        return Py_BuildValue("NN", name, root);
    Py_DECREF(name);
    Py_DECREF(root);
    Py_RETURN_NONE;
}

static char *put(char *out, const char *text, Py_ssize_t size)
{
    memcpy(out, text, size);
    return out + size;
}

static char *put_attribute(char *out, const char *name, Py_ssize_t name_size, const char *value,
                           Py_ssize_t value_size)
{
    *out++ = ' ';
    out = put(put(out, name, name_size), "=\"", 2);
    out = put(out, value, value_size);
    *out++ = '"';
    return out;
}

/* A text as C14N writes it; NULL where it has unusual references. */
static char *put_text(char *out, const char *text, const char *end)
{
    for (const char *next; (next = memchr(text, '&', end - text)) != NULL;) {
        const Referencia *found = reference_at(next, end - next);
        if (found == NULL)
            return NULL;
        out = put(out, text, next - text);
        out = put(out, found->canonical, strlen(found->canonical));
        text = next + found->size;
    }
    return put(out, text, end - text);
}

static int is_before(const Atributo *one, const Atributo *other)
{
    int order = memcmp(one->name, other->name, Py_MIN(one->name_size, other->name_size));
    return order < 0 || (order == 0 && one->name_size < other->name_size);
}

/* The attribute that follows `last` in the order of names (NULL: the first), or NULL. */
static const Atributo *following(const Marca *tag, const Atributo *last)
{
    const Atributo *next = NULL;
    for (int each = 0; each < tag->count; each++) {
        const Atributo *given = &tag->attributes[each];
        if ((last == NULL || is_before(last, given)) && (next == NULL || is_before(given, next)))
            next = given;
    }
    return next;
}

/* A tag as C14N writes it: `space` is declared, unless NULL; attributes in the order of their names. */
static char *put_tag(char *out, const Marca *tag, const Atributo *space)
{
    *out++ = '<';
    out = put(out, tag->name, tag->name_end - tag->name);
    if (space != NULL)
        out = put_attribute(out, "xmlns", 5, space->value, space->value_size);
    for (const Atributo *each = NULL; (each = following(tag, each)) != NULL;)
        if (!is_declaration(each))
            out = put_attribute(out, each->name, each->name_size, each->value, each->value_size);
    *out++ = '>';
    return out;
}

static char *put_end(char *out, const char *name, Py_ssize_t size)
{
    return put(put(put(out, "</", 2), name, size), ">", 1);
}

/* The exclusive C14N of the element that begins at `at`, in the namespace `around`, to `out`: has room
   for twice what is there. Its end, or NULL where anything is unusual. */
static char *put_canonical(char *out, const char *at, const char *end, const Atributo *around)
{
    struct {
        const char *name;
        Py_ssize_t size;
        Atributo space;
    } stack[MAX_DEPTH];
    int depth = 0;
    do {
        Marca tag;
        if (end - at > 1 && at[0] == '<' && at[1] == '/') {
            if (depth-- == 0 ||
                (at = end_of(at, end, stack[depth].name, stack[depth].size)) == NULL)
                return NULL;
            out = put_end(out, stack[depth].name, stack[depth].size);
        } else {
            if (at == end || *at != '<' || !read_tag(at, end, &tag) || depth == MAX_DEPTH)
                return NULL;
            const Atributo *above = depth ? &stack[depth - 1].space : around, *own = above;
            for (int each = 0; each < tag.count; each++)
                if (is_declaration(&tag.attributes[each]))
                    own = &tag.attributes[each];
            int is_same = same(own->value, own->value_size, above->value, above->value_size);
            out = put_tag(out, &tag, depth && is_same ? NULL : own);
            at = tag.close + 1;
            if (tag.empty) {
                out = put_end(out, tag.name, tag.name_end - tag.name);
            } else {
                stack[depth].name = tag.name;
                stack[depth].size = tag.name_end - tag.name;
                stack[depth++].space = *own;
            }
        }
        if (depth) {
            int seen = 0;
            const char *text = at;
            at = skip(text, end, TEXT, &seen);
            out = seen & REFERENCE ? put_text(out, text, at) : put(out, text, at - text);
        }
    } while (depth && out != NULL);
    return out;
}

/* canonical(data, begin, namespace) -> the exclusive C14N of the element that begins there, or None
   where anything is unusual. `namespace`: bytes, that which the element is in unless it says so
   itself. */
static PyObject *canonical(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *data;
    Py_ssize_t begin;
    Atributo around = {0};
    if (!PyArg_ParseTuple(args, "Sny#", &data, &begin, &around.value, &around.value_size))
        return NULL;
    Py_ssize_t size = PyBytes_GET_SIZE(data) - begin;
    if (begin < 0 || size < 0)
        Py_RETURN_NONE;
    PyObject *content = PyBytes_FromStringAndSize(NULL, 2 * size + around.value_size + 16);
    if (content == NULL)
        return NULL;
    const char *at = PyBytes_AS_STRING(data) + begin;
    char *start = PyBytes_AS_STRING(content), *out = put_canonical(start, at, at + size, &around);
    if (out == NULL) {
        Py_DECREF(content);
        Py_RETURN_NONE;
    }
    _PyBytes_Resize(&content, out - start);
    return content;
}

/* What `summaries.reading._Step.pick` does. `step`: (fields, groups, step of any group), where
   fields is a dict, name -> tuple of (place of the table, name), groups a dict, name -> step; None
   if empty. `tables`: the texts found of each, or NULL. */
static int pick_from(PyObject *step, PyObject *group, PyObject **tables)
{
    PyObject *fields = PyTuple_GET_ITEM(step, 0), *steps = PyTuple_GET_ITEM(step, 1);
    PyObject *any = PyTuple_GET_ITEM(step, 2), *name, *value;
    if (fields != Py_None)
        for (Py_ssize_t place = 0; PyDict_Next(group, &place, &name, &value);) {
            if (PyUnicode_Check(value) && PyUnicode_GET_LENGTH(value) == 0)
                continue; /* says nothing */
            PyObject *targets = PyDict_GetItemWithError(fields, name);
            if (targets == NULL && PyErr_Occurred())
                return -1;
            for (Py_ssize_t at = 0; targets != NULL && at < PyTuple_GET_SIZE(targets); at++) {
                PyObject *target = PyTuple_GET_ITEM(targets, at);
                PyObject **texts = &tables[PyLong_AsSsize_t(PyTuple_GET_ITEM(target, 0))];
                if ((*texts == NULL && (*texts = PyDict_New()) == NULL) ||
                    PyDict_SetItem(*texts, PyTuple_GET_ITEM(target, 1), value) < 0)
                    return -1;
            }
        }
    if (steps == Py_None && any == Py_None)
        return 0;
    PyObject *groups = PyObject_GetAttr(group, str_grupos);
    if (groups == NULL || Py_EnterRecursiveCall(" in the groups of a document")) {
        Py_XDECREF(groups);
        return -1;
    }
    int done = 0;
    for (Py_ssize_t place = 0; done == 0 && PyDict_Next(groups, &place, &name, &value);) {
        PyObject *inner = steps == Py_None ? NULL : PyDict_GetItemWithError(steps, name);
        if (inner == NULL && any != Py_None && !PyErr_Occurred()) {
            inner = any;
            any = Py_None;
        }
        if (inner != NULL)
            done = pick_from(inner, PyList_GET_ITEM(value, 0), tables);
        else if (PyErr_Occurred())
            done = -1;
    }
    Py_LeaveRecursiveCall();
    Py_DECREF(groups);
    return done;
}

/* What was found of alternatives is what a table has, where it has nothing better. */
static int take_others(PyObject *others, PyObject **tables)
{
    for (Py_ssize_t each = 0; each < PyTuple_GET_SIZE(others); each++) {
        PyObject *pair = PyTuple_GET_ITEM(others, each);
        PyObject **other = &tables[PyLong_AsSsize_t(PyTuple_GET_ITEM(pair, 0))];
        PyObject **table = &tables[PyLong_AsSsize_t(PyTuple_GET_ITEM(pair, 1))];
        if (*other == NULL)
            continue;
        if (*table != NULL && PyDict_Update(*other, *table) < 0)
            return -1;
        Py_XSETREF(*table, *other);
        *other = NULL;
    }
    return 0;
}

static PyObject *named(PyObject *names, PyObject **tables)
{
    PyObject *result = PyDict_New();
    for (Py_ssize_t each = 0; result != NULL && each < PyTuple_GET_SIZE(names); each++)
        if (tables[each] != NULL &&
            PyDict_SetItem(result, PyTuple_GET_ITEM(names, each), tables[each]) < 0)
            Py_CLEAR(result);
    return result;
}

/* pick(group, step, names, others) -> table -> name -> text, of the tables that the group has
   something of. `names`: of the tables, in order; behind them are the places of alternatives.
   `others`: (place of an alternative, place of its table), in order. */
static PyObject *pick(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count)
{
    if (count != 4 || !PyDict_Check(args[0]) || !PyTuple_Check(args[1]) ||
        PyTuple_GET_SIZE(args[1]) != 3 || !PyTuple_Check(args[2]) || !PyTuple_Check(args[3])) {
        PyErr_SetString(PyExc_TypeError, "pick(Grupo, tuple, tuple, tuple)");
        return NULL;
    }
    Py_ssize_t size = PyTuple_GET_SIZE(args[2]) + PyTuple_GET_SIZE(args[3]);
    PyObject **tables = PyMem_Calloc(size + 1, sizeof *tables), *result = NULL;
    if (tables == NULL)
        return PyErr_NoMemory();
    if (pick_from(args[1], args[0], tables) == 0 && take_others(args[3], tables) == 0)
        result = named(args[2], tables);
    for (Py_ssize_t each = 0; each < size; each++)
        Py_XDECREF(tables[each]);
    PyMem_Free(tables);
    return result;
}

static PyMethodDef methods[] = {
    {"read", (PyCFunction)(void (*)(void))read_groups, METH_FASTCALL, NULL},
    {"read_whole", read_whole, METH_VARARGS, NULL},
    {"canonical", canonical, METH_VARARGS, NULL},
    {"pick", (PyCFunction)(void (*)(void))pick, METH_FASTCALL, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_leitura", NULL, -1, methods, NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__leitura(void)
{
    str_grupos = PyUnicode_InternFromString("grupos");
    str_atributos = PyUnicode_InternFromString("_atributos");
    str_inicio = PyUnicode_InternFromString("inicio");
    str_add_field = PyUnicode_InternFromString("add_field");
    no_arguments = PyTuple_New(0);
    know_bytes();
    if (!str_grupos || !str_atributos || !str_inicio || !str_add_field || !no_arguments)
        return NULL;
    return PyModule_Create(&definition);
}
