-- Manifests of mflowc in Neovim 0.11 or later: copy this file to ~/.config/nvim/lsp/mflow.lua, and put
--   vim.filetype.add({ extension = { mflow = "mflow" } })
--   vim.lsp.enable("mflow")
-- into init.lua.
return {
  cmd = { "mflowc", "lsp" },
  filetypes = { "mflow" },
  root_markers = { ".git" },
  settings = { mflow = { inlayHints = true, codeLens = true } },
}
