-- What Kong's jwt plugin finds of a token: the credential of its kid, where its signature (ES256) is
-- that key's and it has not expired. For nginx, with luaossl and cjson. Given: CHAVES, kid -> PEM.

local cjson, digest, pkey = require("cjson.safe"), require("openssl.digest"), require("openssl.pkey")

local conhecidas = {}
for kid, pem in pairs(CHAVES) do
  conhecidas[kid] = pkey.new(pem)
end

local function bytes_de(parte)
  return ngx.decode_base64((parte:gsub("-", "+"):gsub("_", "/")) .. ("="):rep(-#parte % 4))
end

local function inteiro_der(bytes)
  bytes = bytes:gsub("^%z+", "")
  if bytes == "" or bytes:byte() > 127 then
    bytes = "\0" .. bytes
  end
  return "\2" .. string.char(#bytes) .. bytes
end

local function der(assinatura)
  local numeros = inteiro_der(assinatura:sub(1, 32)) .. inteiro_der(assinatura:sub(33))
  return "\48" .. string.char(#numeros) .. numeros
end

return function(autorizacao)
  local assinado, assinatura = autorizacao:match("^%s*[Bb]earer%s+([%w_-]+%.[%w_-]+)%.([%w_-]+)%s*$")
  if not assinado then
    return nil
  end
  local parte, corpo = assinado:match("^(.-)%.(.*)$")
  local cabeca, ditos = cjson.decode(bytes_de(parte) or ""), cjson.decode(bytes_de(corpo) or "")
  local dada = bytes_de(assinatura)
  if type(cabeca) ~= "table" or type(ditos) ~= "table" or cabeca.alg ~= "ES256" or not dada then
    return nil
  end
  local chave = conhecidas[cabeca.kid]
  if not chave or #dada ~= 64 or type(ditos.exp) ~= "number" or ditos.exp <= ngx.time() then
    return nil
  end
  local resumo = digest.new("sha256"):update(assinado)
  return chave:verify(der(dada), resumo) and { key = cabeca.kid } or nil
end
