"""The gateway: its routes beside the services' documents, its code in Lua, its rules on nginx."""
