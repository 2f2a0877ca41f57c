-- Kong's functions that the gateway's code calls, for nginx with its Lua module, and what Kong does
-- around that code: find the route, count an address, answer a browser's question.
-- Given: ROTAS, LIMITES, CORS; PEDIDO, TOKEN, RESPOSTA, CORPO, which are the gateway's code, and
-- VERIFICAR; no TOKEN and no VERIFICAR where tokens are the services' alone to verify.

local M = {}

local function cabecalhos()
  return ngx.req.get_headers(200)
end

kong = {
  request = {
    get_header = function(nome)
      local valor = cabecalhos()[nome]
      return type(valor) == "table" and valor[1] or valor
    end,
    get_headers = cabecalhos,
    get_method = ngx.req.get_method,
    get_host = function()
      return ngx.var.host
    end,
    get_path = function()
      return (ngx.var.request_uri:match("^[^?]*"))
    end,
  },
  response = {
    exit = function(status, corpo, campos)
      ngx.var.fx_fonte = "exit"
      ngx.status = status
      for campo, valor in pairs(campos or {}) do
        ngx.header[campo] = valor
      end
      if corpo then
        ngx.header["Content-Length"] = #corpo
        ngx.print(corpo)
      end
      return ngx.exit(status)
    end,
    get_source = function()
      return ngx.var.fx_fonte
    end,
    get_status = function()
      return ngx.status
    end,
    get_header = function(nome)
      local valor = ngx.header[nome]
      return type(valor) == "table" and valor[1] or valor
    end,
    set_header = function(nome, valor)
      ngx.header[nome] = valor
    end,
    clear_header = function(nome)
      ngx.header[nome] = nil
    end,
  },
  service = { request = { set_header = ngx.req.set_header, clear_header = ngx.req.clear_header } },
  router = {
    get_route = function()
      return ROTAS[tonumber(ngx.var.fx_rota)]
    end,
  },
  client = {
    get_credential = function()
      return VERIFICAR(kong.request.get_header("Authorization") or "")
    end,
  },
  ctx = { shared = setmetatable({}, {
    __index = function(_, chave)
      return ngx.ctx[chave]
    end,
    __newindex = function(_, chave, valor)
      ngx.ctx[chave] = valor
    end,
  }) },
}

local function ha(lista, procurado)
  for _, valor in ipairs(lista) do
    if valor == procurado then
      return true
    end
  end
  return false
end

local function rota_de(host, metodo, caminho)
  if caminho:find("//", 1, true) or (caminho .. "/"):find("/%.%.?/") then
    return nil
  end
  for numero, rota in ipairs(ROTAS) do
    if rota.host == host and ha(rota.metodos, metodo) and ngx.re.find(caminho, rota.regex, "jo") then
      return numero, rota
    end
  end
  return nil
end

-- rewrite: which route it is, and on to the location of its class.
function M.encaminhar()
  local numero, rota = rota_de(ngx.var.host, ngx.req.get_method(), kong.request.get_path())
  if not rota then
    return ngx.exec("@nenhuma")
  end
  ngx.var.fx_rota = numero
  ngx.var.fx_destino = "fiscalxml-" .. rota.servico
  return ngx.exec("@" .. rota.classe)
end

-- As many a minute of the clock as an address may ask for, at this route or in all.
local function contar(rota)
  local nome, limite = "endereco", LIMITES.endereco
  if not ha(rota.tags, "credencial") then
    nome, limite = rota.nome, LIMITES.aberta
  end
  local minuto = math.floor(ngx.time() / 60)
  local chave = table.concat({ nome, ngx.var.remote_addr, minuto }, " ")
  local usadas = ngx.shared.fx_limites:incr(chave, 1, 0, 120)
  if usadas and usadas > limite then
    ngx.var.fx_fonte = "exit"
    return ngx.exit(429)
  end
end

local function permitida()
  local origem = kong.request.get_header("Origin")
  return origem and ha(CORS.origens, origem) and origem
end

local function pergunta_do_navegador()
  if ngx.req.get_method() ~= "OPTIONS" or not kong.request.get_header("Origin")
    or not kong.request.get_header("Access-Control-Request-Method") then
    return
  end
  if permitida() then
    ngx.header["Access-Control-Allow-Methods"] = CORS.metodos
    ngx.header["Access-Control-Allow-Headers"] = CORS.cabecalhos
    ngx.header["Access-Control-Max-Age"] = CORS.segundos
  end
  return kong.response.exit(200, nil, { ["Content-Length"] = 0 })
end

function M.acesso()
  PEDIDO()
  pergunta_do_navegador()
  contar(kong.router.get_route())
  if TOKEN then
    TOKEN()
  end
  ngx.var.fx_fonte = "service"
end

function M.resposta()
  local origem = permitida()
  if origem then
    ngx.header["Access-Control-Allow-Origin"] = origem
    ngx.header["Access-Control-Expose-Headers"] = CORS.expostos
  end
  if kong.request.get_header("Origin") then
    local vary = ngx.header["Vary"]
    ngx.header["Vary"] = vary and table.concat({ type(vary) == "table" and vary[1] or vary, "Origin" }, ", ")
      or "Origin"
  end
  RESPOSTA()
end

-- What nginx itself refuses, or a service that it does not reach: only the head matters here.
function M.erro()
  ngx.var.fx_fonte = "error"
  ngx.header["Content-Type"] = "text/plain"
  ngx.print(" ")
end

function M.corpo()
  CORPO()
end

return M
