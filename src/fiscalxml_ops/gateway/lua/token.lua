-- After the jwt plugin, which lets every caller pass as nobody: a token that it did not know is
-- refused here. API keys are no tokens; the services ask about them.

local function e_token(texto)
  return type(texto) == "string" and texto ~= "" and texto:sub(1, 3) ~= "fx_"
end

local function recusar()
  local problema = PROBLEMAS.credencial_desconhecida
  local cabecalhos = { ["Content-Type"] = TIPO, ["Cache-Control"] = "no-store" }
  for campo, valor in pairs(problema.cabecalhos) do
    cabecalhos[campo] = valor
  end
  return kong.response.exit(problema.status, problema.corpo, cabecalhos)
end

return function()
  local rota = kong.router.get_route()
  for _, etiqueta in ipairs(rota and rota.tags or {}) do
    if etiqueta == "credencial" and not kong.client.get_credential() then
      local autorizacao = kong.request.get_header("Authorization") or ""
      local texto = kong.request.get_header("X-API-Key") or autorizacao:match("^%s*%S+%s+(%S+)")
      if e_token(texto) then
        return recusar()
      end
    end
  end
  for _, nome in ipairs(DO_PORTAL) do
    kong.service.request.clear_header(nome)
  end
end
