"""API Fiscal XML on AWS, as stacks: a module per concern, put together in `build`."""
