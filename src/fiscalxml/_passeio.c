/* The walk of the rules over the groups of a document: what `engine._Visita` does, in C.

   Optional: where no compiler was at hand, the Python of `engine` walks. The plan is that of
   `engine.Plano`, as nested tuples (`Plano.compacto`), whose empty parts are None. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>

/* Places in the tuple of a plan. */
enum { DO_ESCOPO, TOTAIS, DE_CADA, DE_CAMPO, DE_VALOR, DE_AUSENTE, SOMAS, FILHOS, ESCOPO, PARTES };

typedef struct {
    PyObject *found;      /* list of (rule, failure, group) */
    PyObject *somas;      /* dict: name of a sum -> Decimal */
    PyObject *parcelas;   /* dict: name of a sum -> list of texts */
    PyObject *as_decimal; /* text -> Decimal */
    PyObject *zero;
} Visita;

static PyObject *str_grupos, *str_de;

static int visit(Visita *self, PyObject *plan, PyObject *group, PyObject *scope, PyObject *base);

/* A rule failed there. Steals `failure`. */
static int failed(Visita *self, PyObject *rule, PyObject *failure, PyObject *where)
{
    int done = 0;
    if (failure != Py_None) {
        PyObject *each = PyTuple_Pack(3, rule, failure, where);
        done = each == NULL ? -1 : PyList_Append(self->found, each);
        Py_XDECREF(each);
    }
    Py_DECREF(failure);
    return done;
}

/* `rules`: a tuple of (function of the scope, rule). */
static int run_rules(Visita *self, PyObject *rules, PyObject *scope, PyObject *base)
{
    for (Py_ssize_t at = 0; at < PyTuple_GET_SIZE(rules); at++) {
        PyObject *pair = PyTuple_GET_ITEM(rules, at);
        PyObject *failure = PyObject_CallOneArg(PyTuple_GET_ITEM(pair, 0), scope);
        if (failure == NULL || failed(self, PyTuple_GET_ITEM(pair, 1), failure, base) < 0)
            return -1;
    }
    return 0;
}

/* `parts`: (function of group and scope, rule). */
static int run_on_group(Visita *self, PyObject *rules, PyObject *group, PyObject *scope)
{
    for (Py_ssize_t at = 0; at < PyTuple_GET_SIZE(rules); at++) {
        PyObject *pair = PyTuple_GET_ITEM(rules, at), *arguments[] = {group, scope};
        PyObject *failure = PyObject_Vectorcall(PyTuple_GET_ITEM(pair, 0), arguments, 2, NULL);
        if (failure == NULL || failed(self, PyTuple_GET_ITEM(pair, 1), failure, group) < 0)
            return -1;
    }
    return 0;
}

/* A number in a field of a group, as a new reference; zero where it is absent. */
static PyObject *number(Visita *self, PyObject *group, PyObject *field)
{
    PyObject *text = PyDict_GetItemWithError(group, field);
    if (text == NULL)
        return PyErr_Occurred() ? NULL : Py_NewRef(self->zero);
    return PyObject_CallOneArg(self->as_decimal, text);
}

/* `totals`: (field, name of the sum, function, whether it is on each group, rule). */
static int run_totals(Visita *self, PyObject *totals, PyObject *group, PyObject *scope,
                      PyObject *base)
{
    for (Py_ssize_t at = 0; at < PyTuple_GET_SIZE(totals); at++) {
        PyObject *total = PyTuple_GET_ITEM(totals, at);
        PyObject *told = number(self, group, PyTuple_GET_ITEM(total, 0));
        if (told == NULL)
            return -1;
        PyObject *sum = PyDict_GetItemWithError(self->somas, PyTuple_GET_ITEM(total, 1));
        if (sum == NULL && PyErr_Occurred()) {
            Py_DECREF(told);
            return -1;
        }
        int same = PyObject_RichCompareBool(told, sum == NULL ? self->zero : sum, Py_EQ);
        Py_DECREF(told);
        if (same < 0)
            return -1;
        if (same)
            continue;
        int on_each = PyTuple_GET_ITEM(total, 3) == Py_True;
        PyObject *function = PyTuple_GET_ITEM(total, 2), *arguments[] = {group, scope};
        PyObject *failure = on_each ? PyObject_Vectorcall(function, arguments, 2, NULL)
                                    : PyObject_CallOneArg(function, scope);
        if (failure == NULL ||
            failed(self, PyTuple_GET_ITEM(total, 4), failure, on_each ? group : base) < 0)
            return -1;
    }
    return 0;
}

/* `fields`: (field, rules). */
static int run_fields(Visita *self, PyObject *fields, PyObject *group, PyObject *scope,
                      PyObject *base)
{
    for (Py_ssize_t at = 0; at < PyTuple_GET_SIZE(fields); at++) {
        PyObject *pair = PyTuple_GET_ITEM(fields, at);
        int there = PyDict_Contains(group, PyTuple_GET_ITEM(pair, 0));
        if (there < 0 || (there && run_rules(self, PyTuple_GET_ITEM(pair, 1), scope, base) < 0))
            return -1;
    }
    return 0;
}

/* `values`: (field, Valores, its dict of known values). */
static int run_values(Visita *self, PyObject *values, PyObject *group, PyObject *scope,
                      PyObject *base)
{
    for (Py_ssize_t at = 0; at < PyTuple_GET_SIZE(values); at++) {
        PyObject *each = PyTuple_GET_ITEM(values, at);
        PyObject *text = PyDict_GetItemWithError(group, PyTuple_GET_ITEM(each, 0));
        if (text == NULL) {
            if (PyErr_Occurred())
                return -1;
            continue;
        }
        PyObject *rules = PyDict_GetItemWithError(PyTuple_GET_ITEM(each, 2), text);
        if (rules != NULL)
            Py_INCREF(rules);
        else if (PyErr_Occurred())
            return -1;
        else
            rules = PyObject_CallMethodOneArg(PyTuple_GET_ITEM(each, 1), str_de, text);
        if (rules == NULL)
            return -1;
        int done = run_rules(self, rules, scope, base);
        Py_DECREF(rules);
        if (done < 0)
            return -1;
    }
    return 0;
}

/* `absent`: (group, rules). */
static int run_absent(Visita *self, PyObject *absent, PyObject *groups, PyObject *scope,
                      PyObject *base)
{
    for (Py_ssize_t at = 0; at < PyTuple_GET_SIZE(absent); at++) {
        PyObject *pair = PyTuple_GET_ITEM(absent, at);
        int there = PyDict_Contains(groups, PyTuple_GET_ITEM(pair, 0));
        if (there < 0 || (!there && run_rules(self, PyTuple_GET_ITEM(pair, 1), scope, base) < 0))
            return -1;
    }
    return 0;
}

/* `parts`: (field, name of the sum). */
static int gather(Visita *self, PyObject *parts, PyObject *group)
{
    for (Py_ssize_t at = 0; at < PyTuple_GET_SIZE(parts); at++) {
        PyObject *pair = PyTuple_GET_ITEM(parts, at), *name = PyTuple_GET_ITEM(pair, 1);
        PyObject *text = PyDict_GetItemWithError(group, PyTuple_GET_ITEM(pair, 0));
        if (text == NULL) {
            if (PyErr_Occurred())
                return -1;
            continue;
        }
        PyObject *texts = PyDict_GetItemWithError(self->parcelas, name);
        if (texts == NULL) {
            if (PyErr_Occurred() || (texts = PyList_New(0)) == NULL)
                return -1;
            int kept = PyDict_SetItem(self->parcelas, name, texts);
            Py_DECREF(texts);
            if (kept < 0)
                return -1;
        }
        if (PyList_Append(texts, text) < 0)
            return -1;
    }
    return 0;
}

/* Make the sums of what was gathered. */
static int add_up(Visita *self)
{
    PyObject *name, *texts;
    for (Py_ssize_t place = 0; PyDict_Next(self->parcelas, &place, &name, &texts);) {
        PyObject *sum = Py_NewRef(self->zero);
        for (Py_ssize_t at = 0; at < PyList_GET_SIZE(texts); at++) {
            PyObject *part = PyObject_CallOneArg(self->as_decimal, PyList_GET_ITEM(texts, at));
            PyObject *more = part == NULL ? NULL : PyNumber_Add(sum, part);
            Py_XDECREF(part);
            Py_SETREF(sum, more);
            if (sum == NULL)
                return -1;
        }
        int kept = PyDict_SetItem(self->somas, name, sum);
        Py_DECREF(sum);
        if (kept < 0)
            return -1;
    }
    return 0;
}

/* The groups of one name: where a scope begins, each has its own; then the sums are made. */
static int visit_all(Visita *self, PyObject *plan, PyObject *groups, PyObject *scope,
                     PyObject *base)
{
    PyObject *begin = PyTuple_GET_ITEM(plan, ESCOPO);
    for (Py_ssize_t at = 0; at < PyList_GET_SIZE(groups); at++) {
        PyObject *group = PyList_GET_ITEM(groups, at);
        if (begin == Py_None) {
            if (visit(self, plan, group, scope, base) < 0)
                return -1;
            continue;
        }
        PyObject *position = PyLong_FromSsize_t(at), *arguments[] = {group, scope, position};
        PyObject *own = position ? PyObject_Vectorcall(begin, arguments, 3, NULL) : NULL;
        Py_XDECREF(position);
        int done = own == NULL ? -1 : visit(self, plan, group, own, group);
        Py_XDECREF(own);
        if (done < 0)
            return -1;
    }
    return begin == Py_None ? 0 : add_up(self);
}

/* `children`: dict, name -> plan. */
static int visit_below(Visita *self, PyObject *children, PyObject *groups, PyObject *scope,
                       PyObject *base)
{
    PyObject *name, *list;
    for (Py_ssize_t place = 0; PyDict_Next(groups, &place, &name, &list);) {
        PyObject *plan = PyDict_GetItemWithError(children, name);
        if (plan == NULL && PyErr_Occurred())
            return -1;
        if (plan != NULL && visit_all(self, plan, list, scope, base) < 0)
            return -1;
    }
    return 0;
}

/* Run what stands at a group, then what is below. `base`: where the scope begins. */
static int visit(Visita *self, PyObject *plan, PyObject *group, PyObject *scope, PyObject *base)
{
    PyObject *part[PARTES];
    for (int at = 0; at < PARTES; at++) {
        part[at] = PyTuple_GET_ITEM(plan, at);
        if (part[at] == Py_None)
            part[at] = NULL;
    }
    if ((part[DO_ESCOPO] && run_rules(self, part[DO_ESCOPO], scope, base) < 0) ||
        (part[TOTAIS] && run_totals(self, part[TOTAIS], group, scope, base) < 0) ||
        (part[DE_CADA] && run_on_group(self, part[DE_CADA], group, scope) < 0) ||
        (part[DE_CAMPO] && run_fields(self, part[DE_CAMPO], group, scope, base) < 0) ||
        (part[DE_VALOR] && run_values(self, part[DE_VALOR], group, scope, base) < 0) ||
        (part[SOMAS] && gather(self, part[SOMAS], group) < 0))
        return -1;
    if (!part[DE_AUSENTE] && !part[FILHOS])
        return 0;
    if (Py_EnterRecursiveCall(" in the rules of a document"))
        return -1;
    PyObject *groups = PyObject_GetAttr(group, str_grupos);
    int done = groups == NULL ? -1 : 0;
    if (!done && part[DE_AUSENTE])
        done = run_absent(self, part[DE_AUSENTE], groups, scope, base);
    if (!done && part[FILHOS])
        done = visit_below(self, part[FILHOS], groups, scope, base);
    Py_XDECREF(groups);
    Py_LeaveRecursiveCall();
    return done;
}

/* visit(plan, root, scope, sums, as_decimal, zero) -> list of (rule, failure, group) */
static PyObject *walk(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count)
{
    if (count != 6 || !PyTuple_Check(args[0]) || PyTuple_GET_SIZE(args[0]) != PARTES ||
        !PyDict_Check(args[1]) || !PyDict_Check(args[3])) {
        PyErr_SetString(PyExc_TypeError, "visit(tuple, Grupo, scope, dict, as_decimal, zero)");
        return NULL;
    }
    Visita self = {PyList_New(0), args[3], PyDict_New(), args[4], args[5]};
    int done = self.found && self.parcelas
                   ? visit(&self, args[0], args[1], args[2], args[1])
                   : -1;
    Py_XDECREF(self.parcelas);
    if (done < 0)
        Py_CLEAR(self.found);
    return self.found;
}

static PyMethodDef methods[] = {
    {"visit", (PyCFunction)(void (*)(void))walk, METH_FASTCALL, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_passeio", NULL, -1, methods, NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__passeio(void)
{
    str_grupos = PyUnicode_InternFromString("grupos");
    str_de = PyUnicode_InternFromString("de");
    if (!str_grupos || !str_de)
        return NULL;
    return PyModule_Create(&definition);
}
