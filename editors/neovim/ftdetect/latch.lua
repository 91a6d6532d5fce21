vim.api.nvim_create_autocmd({ "BufRead", "BufNewFile" }, { pattern = "*.latch", command = "setfiletype latch" })
