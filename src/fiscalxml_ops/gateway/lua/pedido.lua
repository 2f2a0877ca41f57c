-- A request, before any other plugin sees it.

-- A UUID or its like, or a short plain word without a number that may be a person's.
local function identificador_aceito(texto)
  if type(texto) ~= "string" or #texto < 8 or #texto > 64 then
    return false
  end
  if #texto >= 32 and #texto <= 36 and texto:find("^[%x-]+$") and texto:find("[a-fA-F]") then
    return true
  end
  return texto:find("^[%w_.:/{}-]+$") ~= nil
    and not texto:find("%d[%d./-][%d./-][%d./-][%d./-][%d./-][%d./-][%d./-][%d./-][%d./-][%d./-]*%d")
    and not (texto:find("fx_live_") or texto:find("fx_test_") or texto:find("fx_dev_"))
end

local function tem(etiquetas, nome)
  for _, etiqueta in ipairs(etiquetas or {}) do
    if etiqueta == nome then
      return true
    end
  end
  return false
end

local function responder(nome, mais)
  local problema = PROBLEMAS[nome]
  local cabecalhos = { ["Content-Type"] = TIPO, ["Cache-Control"] = "no-store" }
  for campo, valor in pairs(problema.cabecalhos) do
    cabecalhos[campo] = valor
  end
  for campo, valor in pairs(mais or {}) do
    cabecalhos[campo] = valor
  end
  return kong.response.exit(problema.status, problema.corpo, cabecalhos)
end

-- No route took it: the address is unknown, or its methods are others.
local function sem_rota()
  local metodo, caminho, host = kong.request.get_method(), kong.request.get_path(), kong.request.get_host()
  if metodo == "OPTIONS" and kong.request.get_header("Origin")
    and kong.request.get_header("Access-Control-Request-Method") then
    return nil -- a browser's question, which the CORS plugin answers
  end
  for _, conhecido in ipairs(CAMINHOS) do
    if conhecido[1] == host and ngx.re.find(caminho, conhecido[2], "jo") then
      if metodo == "OPTIONS" then
        return kong.response.exit(204, nil, { Allow = conhecido[3] })
      end
      return responder("metodo_nao_permitido", { Allow = conhecido[3] })
    end
  end
  return responder("nao_encontrado")
end

local function corpo_grande(etiquetas)
  local anunciado = kong.request.get_header("Content-Length") or ""
  if not anunciado:find("^%d+$") then
    return nil -- not said beforehand: the service reads up to its limit
  end
  for _, etiqueta in ipairs(etiquetas or {}) do
    local teto = etiqueta:match("^teto%-(%d+)%-%d+$")
    if teto and tonumber(anunciado) > tonumber(teto) then
      return etiqueta
    end
  end
  return nil
end

return function()
  if not identificador_aceito(kong.request.get_header("X-Request-ID")) then
    kong.service.request.set_header("X-Request-ID", ngx.var.request_id)
  end
  for _, nome in ipairs(ALHEIOS) do
    if kong.request.get_header(nome) then
      kong.service.request.clear_header(nome)
    end
  end
  local rota = kong.router.get_route()
  local etiquetas = rota and rota.tags
  if not rota or tem(etiquetas, "nenhuma") then
    return sem_rota()
  end
  local problema = corpo_grande(etiquetas)
  if not problema and tem(etiquetas, "credencial") then
    problema = recusada(kong.request.get_headers())
  end
  if problema then
    return responder(problema)
  end
end
