/* The groups of a document from its C14N: what `groups._read_text` does, at the speed of C.

   Optional: where no compiler was at hand, the Python of `groups` reads them. Both give the same,
   and both leave what is unusual (prefixes, processing instructions) to the reading of the tree. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <string.h>
#include <structmember.h> /* what a slot is, before Python 3.12 */

#define MAX_DEPTH 256
#define NAMES 1024 /* of the cache, a power of two */
#define MAX_NAME 40

typedef struct {
    Py_ssize_t size;
    char text[MAX_NAME];
    PyObject *name;
} Nome;

static Nome names[NAMES];
static PyObject *str_grupos, *str_atributos, *str_add_field, *no_arguments;

/* What all groups of one reading have: their type, where its slots are, the `grupos` of most. */
typedef struct {
    PyTypeObject *type;
    Py_ssize_t grupos, atributos;
    PyObject *without;
} Forma;

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

/* A text with the references that C14N, the serialisation of a tree and authors write in texts. */
static PyObject *unescaped(const char *text, Py_ssize_t size)
{
    static const struct {
        const char *reference;
        Py_ssize_t size;
        char character;
    } known[] = {{"&amp;", 5, '&'},   {"&lt;", 4, '<'},    {"&gt;", 4, '>'},   {"&#xD;", 5, '\r'},
                 {"&#13;", 5, '\r'}, {"&quot;", 6, '"'}, {"&apos;", 6, '\''}};
    char *plain = PyMem_Malloc(size + 1);
    if (plain == NULL)
        return PyErr_NoMemory();
    Py_ssize_t length = 0;
    for (Py_ssize_t at = 0; at < size;) {
        int found = 0;
        if (text[at] == '&')
            for (size_t each = 0; each < sizeof known / sizeof *known && !found; each++)
                if (size - at >= known[each].size &&
                    memcmp(text + at, known[each].reference, known[each].size) == 0) {
                    plain[length++] = known[each].character;
                    at += known[each].size;
                    found = 1;
                }
        if (!found)
            plain[length++] = text[at++];
    }
    PyObject *value = PyUnicode_DecodeUTF8(plain, length, NULL);
    PyMem_Free(plain);
    return value;
}

static PyObject *text_of(const char *text, Py_ssize_t size)
{
    if (memchr(text, '&', size) != NULL)
        return unescaped(text, size);
    return PyUnicode_DecodeUTF8(text, size, NULL);
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

/* 0, or -1 with an exception. */
static int add_field(PyObject *group, PyObject *name, const char *text, Py_ssize_t size)
{
    PyObject *value = text_of(text, size);
    if (value == NULL)
        return -1;
    Py_ssize_t before = PyDict_Size(group);
    int done = PyDict_SetDefault(group, name, value) == NULL ? -1 : 0;
    if (done == 0 && PyDict_Size(group) == before) { /* it repeats */
        PyObject *none = PyObject_CallMethodObjArgs(group, str_add_field, name, value, NULL);
        done = none == NULL ? -1 : 0;
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

static int has_break(const char *at, const char *end)
{
    while (at < end && (unsigned char)*at >= ' ')
        at++;
    return at < end;
}

/* The end of a tag that begins at `at` (behind `<`), or NULL; `*name_end` is where its name ends.
   A tag that is not written as C14N writes tags (`a='1'`, `a = "1"`, on two lines) has none. */
static const char *tag_end(const char *at, const char *end, const char **name_end)
{
    const char *here = at;
    while (here < end && *here != '>' && *here != ' ') {
        if (*here == '/' && here + 1 < end && here[1] == '>')
            break;
        if (*here == ':' || *here == '<' || *here == '/' || (unsigned char)*here < ' ')
            return NULL;
        here++;
    }
    *name_end = here;
    while (here < end && *here != '>') {
        if (*here == '"') { /* a value may hold `>` */
            const char *value = here + 1;
            here = memchr(value, '"', end - value);
            if (here == NULL || value[-2] != '=' || value[-3] == ' ' || has_break(value, here))
                return NULL;
        } else if ((unsigned char)*here < ' ' || *here == '\'')
            return NULL;
        here++;
    }
    return here < end && *name_end > at ? here : NULL;
}

/* read(content, Grupo, without) -> the group of the outermost element, or None where something is
   unusual. `content`: its exclusive C14N, or what it was read from (`Xml.source`) and whatever
   follows, in UTF-8. `without`: what `grupos` of a group without any groups is. */
static PyObject *read_groups(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count)
{
    if (count != 3 || !PyBytes_Check(args[0]) || !PyType_Check(args[1]) ||
        !PyType_IsSubtype((PyTypeObject *)args[1], &PyDict_Type)) {
        PyErr_SetString(PyExc_TypeError, "read(bytes, type, dict)");
        return NULL;
    }
    Forma forma = {.type = (PyTypeObject *)args[1], .without = args[2]};
    if ((forma.grupos = offset_of(forma.type, str_grupos)) < 0 ||
        (forma.atributos = offset_of(forma.type, str_atributos)) < 0)
        return NULL;
    const char *at = PyBytes_AS_STRING(args[0]), *end = at + PyBytes_GET_SIZE(args[0]);
    PyObject *stack[MAX_DEPTH], *root = NULL;
    int depth = 0, failed = 0;
    while (at < end) {
        const char *open = memchr(at, '<', end - at);
        if (open == NULL || ++open == end)
            break;
        if (*open == '/') { /* the end of a group */
            at = memchr(open, '>', end - open);
            if (at == NULL || depth == 0)
                goto unusual;
            at++;
            if (--depth == 0)
                break;
            continue;
        }
        const char *name_end;
        const char *close = *open == '?' || *open == '!' ? NULL : tag_end(open, end, &name_end);
        if (close == NULL)
            goto unusual;
        const char *text = close + 1, *next = memchr(text, '<', end - text);
        PyObject *name = name_of(open, name_end - open);
        if (name == NULL)
            goto failure;
        if (close[-1] == '/') { /* an empty field, as a tree is serialised */
            failed = depth ? add_field(stack[depth - 1], name, text, 0) : 1;
            Py_DECREF(name);
            if (failed < 0)
                goto failure;
            if (failed)
                goto unusual;
            at = text;
            continue;
        }
        if (next == NULL || next + 1 == end) {
            Py_DECREF(name);
            goto unusual;
        }
        if (next[1] == '/') { /* a field */
            failed = depth ? add_field(stack[depth - 1], name, text, next - text) : 1;
            Py_DECREF(name);
            at = memchr(next, '>', end - next);
            if (failed < 0)
                goto failure;
            if (failed || at == NULL)
                goto unusual;
            at++;
            continue;
        }
        PyObject *group = depth == MAX_DEPTH ? NULL : new_group(&forma);
        if (group != NULL && name_end < close) {
            PyObject *marks = PyUnicode_DecodeUTF8(name_end + 1, close - name_end - 1, NULL);
            if (marks == NULL)
                Py_CLEAR(group);
            else
                *slot(group, forma.atributos) = marks;
        }
        if (group != NULL && depth && add_group(stack[depth - 1], &forma, name, group) < 0)
            Py_CLEAR(group);
        Py_DECREF(name);
        if (group == NULL) {
            if (PyErr_Occurred())
                goto failure;
            goto unusual;
        }
        stack[depth++] = group; /* borrowed from the group above, but for the root */
        if (root == NULL)
            root = group;
        else
            Py_DECREF(group);
        at = text;
    }
    if (root != NULL && depth == 0)
        return root;
unusual:
    Py_XDECREF(root);
    Py_RETURN_NONE;
failure:
    Py_XDECREF(root);
    if (!PyErr_ExceptionMatches(PyExc_UnicodeDecodeError))
        return NULL;
    PyErr_Clear();
    Py_RETURN_NONE;
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
    str_add_field = PyUnicode_InternFromString("add_field");
    no_arguments = PyTuple_New(0);
    if (!str_grupos || !str_atributos || !str_add_field || !no_arguments)
        return NULL;
    return PyModule_Create(&definition);
}
