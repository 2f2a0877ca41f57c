-- The body of an answer whose head `resposta.lua` has changed, sent once.

return function()
  local problema = kong.ctx.shared.problema
  if problema == nil then
    return
  end
  kong.ctx.shared.problema = ""
  ngx.arg[1] = problema
  ngx.arg[2] = true
end
