"""Every operation of the API, as steps. A new domain of the service is a module here, and its
operations a line each in `Cliente` and `ClienteAssincrono`."""
