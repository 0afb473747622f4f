using System.Text.Json.Nodes;
using CourseKit.Kernel.Notebooks;

namespace CourseKit.Kernel.Tests.Notebooks;

/// <summary>The language of a cell, by its metadata.</summary>
public sealed class CellLanguageTests
{
    [Theory]
    [InlineData("""{"polyglot_notebook": {"kernelName": "fsharp"}}""", "fsharp")]
    [InlineData("""{"dotnet_interactive": {"language": "pwsh"}}""", "pwsh")]
    [InlineData("""{"vscode": {"languageId": "html"}}""", "html")]
    [InlineData("""{"vscode": {"languageId": "dotnet-interactive.fsharp"}}""", "fsharp")]
    [InlineData("""{"vscode": {"languageId": "powershell"}}""", "pwsh")]
    [InlineData("""{"dotnet_interactive": {"language": "csharp"}, "vscode": {"languageId": "polyglot-notebook"}}""", null)]
    [InlineData("""{"polyglot_notebook": {"kernelName": "csharp"}, "vscode": {"languageId": "html"}}""", null)]
    [InlineData("""{"polyglot_notebook": {"kernelName": "C#"}}""", null)]
    [InlineData("""{"polyglot_notebook": {"kernelName": "sql-adventureworks"}}""", "sql")]
    [InlineData("""{"polyglot_notebook": {"kernelName": "pythonkernel"}}""", "pythonkernel")]
    [InlineData("{}", null)]
    [InlineData("""{"polyglot_notebook": {"kernelName": 5}, "dotnet_interactive": {"language": ["fsharp"]}, "vscode": {"languageId": null}}""", null)]
    [InlineData("""{"polyglot_notebook": "fsharp", "dotnet_interactive": [], "vscode": 1}""", null)]
    [InlineData("""{"polyglot_notebook": {"kernelName": 5}, "vscode": {"languageId": "fsharp"}}""", "fsharp")]
    [InlineData("""{"polyglot_notebook": {"kernelName": " "}}""", null)]
    public void The_first_place_that_names_one_counts(string metadata, string? language)
    {
        var notebook = Notebook.Parse(new JsonObject
        {
            ["cells"] = new JsonArray(new JsonObject { ["cell_type"] = "code", ["source"] = "x", ["outputs"] = new JsonArray(), ["metadata"] = JsonNode.Parse(metadata) }),
            ["metadata"] = new JsonObject(),
            ["nbformat"] = 4,
            ["nbformat_minor"] = 5,
        }.ToJsonString());
        Assert.Equal(language, CellLanguage.OtherThanCSharp(notebook.Cells[0]));
    }
}
