"""Jupyter's own conformance suite, with C# for every sample it knows, so that no test of it is skipped."""
import os
import unittest

import jupyter_kernel_test


class CSharpTests(jupyter_kernel_test.KernelTests):
    kernel_name = os.environ["KERNEL"]
    language_name = "csharp"
    file_extension = ".cs"

    code_hello_world = 'Console.WriteLine("hello, world");'
    code_stderr = 'Console.Error.WriteLine("hello, error");'

    completion_samples = [
        {"text": "Console.Wri", "matches": {"Write", "WriteLine"}},
        {"text": "Math.Sqr", "matches": {"Sqrt"}},
        {"text": 'var word = "a"; word.ToUpp', "matches": {"ToUpper", "ToUpperInvariant"}},
        {"text": "int.MaxV", "matches": {"MaxValue"}},
    ]

    complete_code_samples = ["1 + 1", "var x = 1;", "int Twice(int x)\n{\n    return 2 * x;\n}", "// a comment", ""]
    incomplete_code_samples = ["for (var i = 0; i < 3; i++)\n{", "Math.Max(1,", 'var text = """\n    open', "int Twice(int x) {"]
    invalid_code_samples = ["var = = 3;", "}", "1 + + ;"]

    code_page_something = "Math.Max?"
    code_generate_error = 'throw new InvalidOperationException("on purpose");'

    code_execute_result = [
        {"code": "1 + 2", "result": "3"},
        {"code": "2.5 * 2", "result": "5"},
        {"code": 'string.Concat("a", "b")', "result": "ab"},
        {"code": 'HTML("<b>bold</b>")', "mime": "text/html", "result": "<b>bold</b>"},
    ]
    code_display_data = [
        {"code": 'display("shown");', "mime": "text/plain"},
        {"code": 'display(HTML("<b>bold</b>"));', "mime": "text/html"},
        {"code": '"$x^2$".DisplayAs("text/latex");', "mime": "text/latex"},
    ]

    code_history_pattern = "1 + *"
    supported_history_operations = ("tail", "range", "search")

    def test_pager(self):
        """Help is an output of the cell: of a page in the reply's payload VS Code shows no more than the plain text."""
        self.flush_channels()
        reply, outputs = self.execute_helper(self.code_page_something)
        self.assertEqual(reply["content"]["status"], "ok")
        self.assertEqual(reply["content"]["payload"], [])
        self.assertIn("Math.Max", outputs[0]["content"]["data"]["text/plain"])

    code_inspect_sample = "Console.WriteLine"
    code_clear_output = "ClearOutput();"


if __name__ == "__main__":
    unittest.main()
