-- Run by Neovim in the tests, with a manifest open: prints what its own client gets to see.
local buf = vim.api.nvim_get_current_buf()
local result = {}

local function ask(method, params)
  params.textDocument = vim.lsp.util.make_text_document_params(buf)
  local answers = vim.lsp.buf_request_sync(buf, method, params, 10000) or {}
  for _, answer in pairs(answers) do
    return answer.result
  end
end

local function position(word)
  for row, line in ipairs(vim.api.nvim_buf_get_lines(buf, 0, -1, false)) do
    local column = line:find(word, 1, true)
    if column then
      return { line = row - 1, character = column }
    end
  end
end

local function settle(count)
  return vim.wait(15000, function() return #vim.diagnostic.get(buf) == count end, 10)
end

result.attached = vim.wait(15000, function() return #vim.lsp.get_clients({ bufnr = buf }) > 0 end, 10)
local client = vim.lsp.get_clients({ bufnr = buf })[1]
result.filetype, result.name, result.encoding = vim.bo.filetype, client.name, client.offset_encoding
result.found = settle(1)
local finding = vim.diagnostic.get(buf)[1]
result.code, result.line, result.column = finding.code, finding.lnum + 1, finding.col + 1

local range = { start = { line = finding.lnum, character = 0 }, ["end"] = { line = finding.lnum, character = 0 } }
local actions = ask("textDocument/codeAction", { range = range, context = { diagnostics = {}, only = { "quickfix" } } })
result.fix = actions[1].title
vim.lsp.util.apply_workspace_edit(actions[1].edit, client.offset_encoding)
result.mended = settle(0)

result.hover = ask("textDocument/hover", { position = position("targets") }).contents.value
local items = ask("textDocument/completion", { position = position("nrf52840") }).items
result.completed = vim.tbl_map(function(item) return item.label end, items)
result.lens = ask("textDocument/codeLens", {})[1].command.title

vim.api.nvim_win_set_cursor(0, { position("board").line + 1, position("board").character })
local at = position("board")
vim.lsp.util.apply_workspace_edit(ask("textDocument/rename", { position = at, newName = "mote" }), client.offset_encoding)
vim.lsp.buf.format({ async = false, timeout_ms = 10000 })
result.text = table.concat(vim.api.nvim_buf_get_lines(buf, 0, -1, false), "\n") .. "\n"
io.stdout:write(vim.json.encode(result))
vim.cmd("qa!")
