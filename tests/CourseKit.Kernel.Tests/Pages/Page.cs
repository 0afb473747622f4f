using System.Text.Json.Nodes;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using CourseKit.Kernel.Notebooks;
using CourseKit.Kernel.Pages;

namespace CourseKit.Kernel.Tests.Pages;

/// <summary>Pages as their readers' browsers parse them.</summary>
internal static class Page
{
    public static string FixturePath { get; } = Path.Combine(AppContext.BaseDirectory, "Notebooks", "Fixtures", "rich.ipynb");

    public static IHtmlDocument Of(params NotebookCell[] cells) => Parse(HtmlPage.Render(new Notebook(cells), "Lecture"));

    public static IHtmlDocument Parse(string html) => new HtmlParser().ParseDocument(html);

    public static NotebookCell CellWith(params JsonObject[] outputs)
    {
        var cell = NotebookCell.Code("run()");
        foreach (var output in outputs)
            cell.Outputs.Add(output);
        return cell;
    }

    public static JsonObject Display(params (string Mime, JsonNode Data)[] bundle) => new()
    {
        ["data"] = new JsonObject(bundle.Select(entry => KeyValuePair.Create(entry.Mime, (JsonNode?)entry.Data))),
        ["metadata"] = new JsonObject(),
        ["output_type"] = "display_data",
    };

    public static JsonObject Stream(string name, string text) => new() { ["name"] = name, ["output_type"] = "stream", ["text"] = text };

    public static JsonObject Error(string name, string message, params string[] traceback) => new()
    {
        ["ename"] = name,
        ["evalue"] = message,
        ["output_type"] = "error",
        ["traceback"] = new JsonArray([.. traceback.Select(line => (JsonNode)line)]),
    };
}
