#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *
fletcher16(PyObject *module, PyObject *argument)
{
    Py_buffer view;
    unsigned int low = 0, high = 0;
    Py_ssize_t index;

    (void)module;
    if (PyObject_GetBuffer(argument, &view, PyBUF_SIMPLE) < 0) {
        return NULL;
    }
    for (index = 0; index < view.len; index++) {
        low = (low + ((const unsigned char *)view.buf)[index]) % 255;
        high = (high + low) % 255;
    }
    PyBuffer_Release(&view);
    return PyLong_FromUnsignedLong((high << 8) | low);
}

static PyMethodDef methods[] = {
    {"fletcher16", fletcher16, METH_O, "Return the 16 bit Fletcher checksum of some bytes."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_fletcher", NULL, -1, methods, NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC
PyInit__fletcher(void)
{
    return PyModule_Create(&definition);
}
