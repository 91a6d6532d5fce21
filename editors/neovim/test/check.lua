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

vim.g.latch_command = os.getenv("LATCH")
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

-- The words of the real server: one finding for the line that is wrong, and a fix for it.
local told = vim.wait(10000, function() return #vim.diagnostic.get(0) > 0 end, 20)
check(told, "no diagnostics came")
local of_line = vim.diagnostic.get(0, { lnum = 5 })
check(#of_line == 1 and of_line[1].message:find("polcy"), "the diagnostic is another one")
local document = { uri = vim.uri_from_bufnr(0) }
local place = { line = 5, character = 1 }
local asked = { textDocument = document, range = { start = place, ["end"] = place }, context = { diagnostics = {} } }
local answers = vim.lsp.buf_request_sync(0, "textDocument/codeAction", asked, 10000)
local _, answer = next(answers or {})
check(answer and answer.result and #answer.result == 1, "there is not one fix")
vim.lsp.util.apply_workspace_edit(answer.result[1].edit, "utf-16")
check(vim.fn.getline(6):find("^policy b"), "the fix made " .. vim.fn.getline(6))

-- A second file of the same folder has the same server.
vim.cmd("write")
vim.cmd("edit " .. folder .. "/b.latch")
check(#vim.lsp.get_active_clients() == 1, "there are " .. #vim.lsp.get_active_clients() .. " servers")

-- A missing command is told, and does no harm.
vim.g.latch_command = "no-such-latch"
local notes = {}
vim.notify_once = function(note) table.insert(notes, note) end
vim.cmd("edit " .. folder .. "/c.latch")
check(#notes == 1 and notes[1]:find("no%-such%-latch"), "a missing command is not told")

local version = vim.version()
print(("Neovim %d.%d.%d: type, colours, diagnostics, a fix, missing command\n"):format(version.major, version.minor, version.patch))
vim.cmd("qall!")
