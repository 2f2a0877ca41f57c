-- Before the spans of a request leave: no address of a request, whose query may name a person and
-- whose path a document, and no address of a caller.

return function()
  kong.tracing.process_span(function(span)
    for _, nome in ipairs(PESSOAIS) do
      span:set_attribute(nome, nil)
    end
  end)
end
