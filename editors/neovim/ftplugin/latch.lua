-- Latch files: highlighting through tree-sitter where its parser is built, and the language server where `latch` is installed.
--
-- vim.g.latch_command: the command, `latch` unless set; false for no language server.

local buffer = vim.api.nvim_get_current_buf()

vim.bo.commentstring = "// %s"
vim.bo.comments = ":///,://"
vim.bo.expandtab = true
vim.bo.shiftwidth = 2
vim.bo.softtabstop = 2
vim.bo.autoindent = true
vim.opt_local.iskeyword:append("-")
vim.b.undo_ftplugin = "setlocal commentstring< comments< expandtab< shiftwidth< softtabstop< autoindent< iskeyword<"

local function highlight()
  if #vim.api.nvim_get_runtime_file("parser/latch.*", false) == 0 then return end
  if vim.treesitter.start then
    vim.treesitter.start(buffer, "latch")
    return
  end
  -- Neovim 0.7 has a fixed list of names, and no `attribute` in it.
  local names = vim.treesitter.highlighter.hl_map
  names["attribute"] = names["attribute"] or "PreProc"
  vim.treesitter.highlighter.new(vim.treesitter.get_parser(buffer, "latch"), {})
end

-- The folder that holds the policy set: the nearest with a `latch.toml`, or the repository, or the file's own.
local function root()
  local here = vim.fn.expand("%:p:h")
  local configuration = vim.fn.findfile("latch.toml", here .. ";")
  if configuration ~= "" then return vim.fn.fnamemodify(configuration, ":p:h") end
  local repository = vim.fn.finddir(".git", here .. ";")
  if repository ~= "" then return vim.fn.fnamemodify(repository, ":p:h:h") end
  return here
end

-- Clients by root, for Neovim 0.7, which cannot find one again by itself.
local function attach(options)
  if vim.lsp.start then
    vim.lsp.start(options)
    return
  end
  _G.latch_clients = _G.latch_clients or {}
  local client = _G.latch_clients[options.root_dir]
  if not client or not vim.lsp.get_client_by_id(client) then
    client = vim.lsp.start_client(options)
    _G.latch_clients[options.root_dir] = client
  end
  if client then vim.lsp.buf_attach_client(buffer, client) end
end

local function serve()
  local command = vim.g.latch_command
  if command == false or vim.bo.buftype ~= "" then return end
  command = command or "latch"
  if vim.fn.executable(command) == 0 then
    vim.notify_once(("There is no command `%s`, so there is no language server for Latch."):format(command), vim.log.levels.WARN)
    return
  end
  attach({ name = "latch", cmd = { command, "lsp" }, root_dir = root() })
end

highlight()
serve()
