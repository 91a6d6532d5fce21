-- Run by `run`. Ends Neovim with 1 where something does not hold.

local function check(holds, what)
  if holds then return end
  io.stderr:write("Neovim: " .. what .. "\n")
  vim.cmd("cquit 1")
end

local folder = vim.fn.tempname()
vim.fn.mkdir(folder, "p")
local path = folder .. "/a.latch"
vim.fn.writefile({ "// A comment.", "policy app {", "  when app in payroll", "  block", "}", "polcy b {}" }, path)

vim.g.latch_command = vim.fn.getcwd() .. "/server"
vim.cmd("edit " .. path)
check(vim.bo.filetype == "latch", "the type of the file is " .. vim.bo.filetype)
check(vim.bo.commentstring == "// %s", "comments are unknown")

-- What the highlighting query captures, place by place.
local tree = vim.treesitter.get_parser(0, "latch"):parse()[1]
local query = (vim.treesitter.query.get or vim.treesitter.query.get_query)("latch", "highlights")
local captures = {}
for id, node in query:iter_captures(tree:root(), 0, 0, -1) do
  local row, column = node:range()
  captures[row .. ":" .. column] = query.captures[id]
end
local expected = {
  ["0:0"] = "comment",
  ["1:0"] = "keyword",
  ["1:7"] = "function",
  ["2:2"] = "keyword",
  ["2:7"] = "property",
  ["2:11"] = "keyword.operator",
  ["2:14"] = "constant",
}
for place, name in pairs(expected) do
  check(captures[place] == name, place .. " is " .. tostring(captures[place]) .. ", not " .. name)
end
check(vim.treesitter.highlighter.active[vim.api.nvim_get_current_buf()], "highlighting is not on")

local told = vim.wait(10000, function() return #vim.diagnostic.get(0) > 0 end, 20)
check(told, "no diagnostics came")
local diagnostic = vim.diagnostic.get(0)[1]
check(diagnostic.lnum == 5 and diagnostic.message:find("polcy"), "the diagnostic is another one")

-- A second file of the same folder has the same server.
vim.cmd("edit " .. folder .. "/b.latch")
check(#vim.lsp.get_active_clients() == 1, "there are " .. #vim.lsp.get_active_clients() .. " servers")

-- A missing command is told, and does no harm.
vim.g.latch_command = "no-such-latch"
local notes = {}
vim.notify_once = function(note) table.insert(notes, note) end
vim.cmd("edit " .. folder .. "/c.latch")
check(#notes == 1 and notes[1]:find("no%-such%-latch"), "a missing command is not told")

local version = vim.version()
print(("Neovim %d.%d.%d: type, colours, diagnostics, missing command\n"):format(version.major, version.minor, version.patch))
vim.cmd("qall!")
