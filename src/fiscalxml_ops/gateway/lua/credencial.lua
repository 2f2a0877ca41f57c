-- What the caller shows: nothing, a key of ours with its CRC, or a token. Nobody is asked.
-- The same answers as those of the services, which look again at all that passes here.

local ALFABETO = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
local MAIOR = 8192

local function soma(corpo)
  local resto, digitos = ngx.crc32_long(corpo), ""
  for _ = 1, 6 do
    local digito = resto % 62
    digitos = ALFABETO:sub(digito + 1, digito + 1) .. digitos
    resto = (resto - digito) / 62
  end
  return digitos
end

local function chave_bem_formada(texto)
  if #texto ~= 45 then
    return false
  end
  local ambiente, consulta, segredo = texto:match("^fx_(%l%l%l%l)_(%w+)_(%w+)$")
  if (ambiente ~= "live" and ambiente ~= "test") or #consulta ~= 8 or #segredo ~= 28 then
    return false
  end
  return soma(texto:sub(1, -7)) == texto:sub(-6)
end

local function aparado(texto)
  return texto:match("^%s*(.-)%s*$")
end

-- The credential, or nil and the name of the problem.
local function mostrada(cabecalhos)
  local chave, autorizacao = cabecalhos["x-api-key"], cabecalhos["authorization"]
  if type(chave) == "table" or type(autorizacao) == "table" or (chave and autorizacao) then
    return nil, "duas_credenciais"
  end
  local texto = ""
  if chave then
    texto = aparado(chave)
  elseif autorizacao then
    local esquema, resto = aparado(autorizacao):match("^([^ ]*) ?(.*)$")
    if esquema:lower() ~= "bearer" then
      return nil, "outro_esquema"
    end
    texto = aparado(resto)
  end
  if texto == "" then
    return nil, "sem_credencial"
  end
  if #texto > MAIOR then
    return nil, "credencial_longa"
  end
  return texto
end

-- The name of the problem, or nil where the services may be asked.
local function recusada(cabecalhos)
  local texto, problema = mostrada(cabecalhos)
  if not texto then
    return problema
  end
  local boa
  if texto:sub(1, 7) == "fx_dev_" then
    boa = DESENVOLVIMENTO
  elseif texto:sub(1, 3) == "fx_" then
    boa = chave_bem_formada(texto)
  else
    boa = texto:find("^[%w_-]+%.[%w_-]+%.[%w_-]+$") ~= nil
  end
  return not boa and "credencial_desconhecida" or nil
end
