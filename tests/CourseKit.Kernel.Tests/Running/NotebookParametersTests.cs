using CourseKit.Kernel.Notebooks;
using CourseKit.Kernel.Running;

namespace CourseKit.Kernel.Tests.Running;

public sealed class NotebookParametersTests
{
    [Fact]
    public void Variables_of_simple_types_are_parameters_and_nothing_else_is()
    {
        var notebook = WithParameters("""
            using System;
            // how long
            int seed = 1, updates = 2_000; long big; double? rate = null;
            float r = .5f; bool loud = true; string? who = null;
            var a = 1; var b = -2.5; var c = "text"; var d = false; var e = 3L; var f = 1f;
            const int Fixed = 3; var list = new List<int>(); decimal money = 1m; var computed = seed + 1; var letter = 'x';
            void Method() { int local = 1; }
            """);
        Assert.Equal(
            "seed int, updates int, big long, rate double, r float, loud bool, who string, a int, b double, c string, d bool, e long, f float",
            string.Join(", ", NotebookParameters.Declared(notebook).Select(declared => $"{declared.Key} {declared.Value}")));
    }

    [Fact]
    public void Only_the_first_code_cell_tagged_parameters_declares()
    {
        var notebook = new Notebook(NotebookCell.Code("int a = 1;"), NotebookCell.Markdown("int b;", "parameters"),
            NotebookCell.Code("int c = 1;", "parameters"), NotebookCell.Code("int d = 1;", "parameters"));
        Assert.Equal(["c"], NotebookParameters.Declared(notebook).Keys);
        Assert.Empty(NotebookParameters.Declared(new Notebook(NotebookCell.Code("int a = 1;"))));
    }

    [Theory]
    [InlineData("int", "-5", "-5")]
    [InlineData("int", "-2147483648", "-2147483648")]
    [InlineData("long", "99999999999", "99999999999L")]
    [InlineData("double", "1e-3", "0.001d")]
    [InlineData("double", "3", "3d")]
    [InlineData("double", "-.5", "-0.5d")]
    [InlineData("float", "0.1", "0.1f")]
    [InlineData("bool", "True", "true")]
    [InlineData("string", "", "\"\"")]
    [InlineData("string", "a \"b\" \\ ; c\n{x}", "\"a \\\"b\\\" \\\\ ; c\\n{x}\"")]
    public void A_value_becomes_a_literal_of_the_declared_type(string type, string value, string literal)
    {
        var notebook = WithParameters($"{type} p = default;");
        NotebookParameters.Inject(notebook, new Dictionary<string, string> { ["p"] = value, ["other"] = "ignored" });
        Assert.Equal(3, notebook.Cells.Count);
        Assert.Equal(("injected-parameters", $"// Parameters\np = {literal};"), (Assert.Single(notebook.Cells[1].Tags), notebook.Cells[1].Source));
    }

    [Theory]
    [InlineData("int", "1.0")]
    [InlineData("int", "2147483648")]
    [InlineData("int", "1; Environment.Exit(0)")]
    [InlineData("long", "x")]
    [InlineData("double", "1,5")]
    [InlineData("double", "Infinity")]
    [InlineData("float", "1e99")]
    [InlineData("bool", "1")]
    [InlineData("int", "")]
    public void A_value_that_does_not_read_as_the_type_is_refused_and_the_notebook_stays_as_it_was(string type, string value)
    {
        var notebook = WithParameters($"{type} p = default;");
        var error = Assert.Throws<FormatException>(() => NotebookParameters.Inject(notebook, new Dictionary<string, string> { ["p"] = value }));
        Assert.Equal($"Parameter 'p' is of type {type}: '{value}' does not read as one.", error.Message);
        Assert.Equal(2, notebook.Cells.Count);
    }

    [Fact]
    public void What_a_former_run_injected_is_replaced_and_stays_where_nothing_new_is_given()
    {
        var notebook = new Notebook(NotebookCell.Code("int a = 1; int b = 1;", "parameters"), NotebookCell.Code("a = 7; b = 7;", "injected-parameters"),
            NotebookCell.Code("a"));
        NotebookParameters.Inject(notebook, new Dictionary<string, string> { ["x"] = "1" });
        Assert.Equal("a = 7; b = 7;", notebook.Cells[1].Source);
        NotebookParameters.Inject(notebook, new Dictionary<string, string> { ["b"] = "2" });
        Assert.Equal(["int a = 1; int b = 1;", "// Parameters\nb = 2;", "a"], notebook.Cells.Select(cell => cell.Source));
    }

    [Fact]
    public void The_injected_cell_is_the_same_in_every_run()
    {
        static string Injected()
        {
            var notebook = Notebook.Parse("""
                {"cells": [{"cell_type": "code", "id": "p", "metadata": {"tags": ["parameters"]}, "source": "int a = 1;", "execution_count": null, "outputs": []}],
                "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
                """);
            NotebookParameters.Inject(notebook, new Dictionary<string, string> { ["a"] = "2" });
            return notebook.ToJson();
        }
        Assert.Equal(Injected(), Injected());
    }

    private static Notebook WithParameters(string code) => new(NotebookCell.Code(code, "parameters"), NotebookCell.Code("1"));
}
