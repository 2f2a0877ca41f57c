-- The head of an answer. What the gateway itself has to say is said as the services say it.

return function()
  local identificador = kong.request.get_header("X-Request-ID")
  if identificador and not kong.response.get_header("X-Request-ID") then
    kong.response.set_header("X-Request-ID", identificador)
  end
  if kong.response.get_source() == "service" then
    return
  end
  for campo, valor in pairs(SEGURANCA) do
    if not kong.response.get_header(campo) then
      kong.response.set_header(campo, valor)
    end
  end
  local status = kong.response.get_status()
  local tipo = kong.response.get_header("Content-Type") or ""
  if status < 400 or tipo:sub(1, #TIPO) == TIPO then
    return
  end
  local problema = DO_STATUS[status] or DO_STATUS[status >= 500 and 500 or 400]
  kong.ctx.shared.problema = problema.corpo
  kong.response.set_header("Content-Type", TIPO)
  kong.response.set_header("Cache-Control", "no-store")
  kong.response.clear_header("Content-Length")
  for campo, valor in pairs(problema.cabecalhos) do
    kong.response.set_header(campo, valor)
  end
  if status == 429 then -- counted by the minute of the clock
    kong.response.set_header("Retry-After", tostring(60 - ngx.time() % 60))
  end
end
