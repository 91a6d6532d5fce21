-- A real editor: opens a file that has a mistake, waits to be told, mends it as it is offered, renames a group in all files.
-- Reads LATCH_COMMAND, the command, and LATCH_FOLDER, where the files are; ends with 1 and a word when something is amiss.

local command = os.getenv("LATCH_COMMAND")
local folder = os.getenv("LATCH_FOLDER")
local patience = 60000

local function fail(what)
  io.stderr:write(what .. "\n")
  vim.cmd("cquit 1")
end

local function wait(what, ready)
  if not vim.wait(patience, ready, 20) then
    fail("waited in vain for " .. what)
  end
end

local function ask(method, params)
  local answers = vim.lsp.buf_request_sync(0, method, params, patience)
  for _, answer in pairs(answers or {}) do
    if answer.err then
      fail(method .. ": " .. vim.inspect(answer.err))
    end
    return answer.result
  end
  fail(method .. ": no answer")
end

vim.o.hidden = true
vim.o.swapfile = false
vim.cmd("edit " .. folder .. "/policies.latch")
local client = vim.lsp.start_client({ name = "latch", cmd = { command, "lsp" }, root_dir = folder })
vim.lsp.buf_attach_client(0, client)

-- It finds the mistake.
wait("a finding", function()
  return #vim.diagnostic.get(0) > 0
end)
local found = vim.diagnostic.get(0)[1]
if found.code ~= "L0203" and (found.user_data == nil or found.user_data.lsp.code ~= "L0203") then
  fail("another finding: " .. vim.inspect(found))
end

-- It mends it.
vim.api.nvim_win_set_cursor(0, { found.lnum + 1, found.col })
local params = vim.lsp.util.make_range_params()
params.context = { diagnostics = {} }
local actions = ask("textDocument/codeAction", params)
if not actions or #actions ~= 1 then
  fail("not one fix: " .. vim.inspect(actions))
end
vim.lsp.util.apply_workspace_edit(actions[1].edit, "utf-16")
wait("no finding", function()
  return #vim.diagnostic.get(0) == 0
end)

-- It gives a group another name, in both files.
vim.fn.cursor(1, 1)
vim.fn.search("finance")
vim.fn.search("in \\zsfinance")
local rename = vim.lsp.util.make_position_params()
rename.newName = "money"
vim.lsp.util.apply_workspace_edit(ask("textDocument/rename", rename), "utf-16")
wait("a sound set", function()
  return #vim.diagnostic.get(0) == 0
end)
vim.cmd("wall")
vim.cmd("quitall!")
