using System.Text.Json.Nodes;
using CourseKit.Kernel.Display;
using CourseKit.Kernel.Notebooks;
using CourseKit.Kernel.Running;

namespace CourseKit.Kernel.Tests.Running;

/// <summary>Outputs become nbformat 4.5 objects of the running cell.</summary>
public sealed class OutputRecordTests
{
    private readonly OutputRecord _record = new();
    private readonly NotebookCell _cell = NotebookCell.Code("1");

    public OutputRecordTests() => _record.Begin(_cell, 1);

    [Fact]
    public void Adjacent_text_of_one_stream_is_one_output_and_another_stream_or_a_display_begins_a_new_one()
    {
        Add(new StreamOutput("stdout", "a"), new StreamOutput("stdout", "b\n"), new StreamOutput("stderr", "c"), new StreamOutput("stdout", "d"),
            Display("x", null), new StreamOutput("stdout", "e"));
        Assert.Equal(["stdout ab\n", "stderr c", "stdout d", "x", "stdout e"], Outputs(_cell));
    }

    [Fact]
    public void Every_kind_of_output_has_the_fields_of_nbformat()
    {
        Add(Display("x", "id"), new ResultOutput(Bundle("2")), new CellError("Name", "message", ["one", "two"], 3));
        Assert.Equal("""
            [{"data":{"text/plain":"x"},"metadata":{},"output_type":"display_data"},
            {"data":{"text/plain":"2"},"execution_count":1,"metadata":{},"output_type":"execute_result"},
            {"ename":"Name","evalue":"message","output_type":"error","traceback":["one","two"]}]
            """.ReplaceLineEndings(""), _cell.Outputs.ToJsonString());
        Assert.Equal(3, _record.Error!.Line);
    }

    [Fact]
    public void An_update_replaces_every_display_of_its_id_also_in_earlier_cells_and_an_unknown_id_none()
    {
        var later = NotebookCell.Code("2");
        Add(Display("a", "id"), Display("other", "2"));
        _record.Begin(later, 2);
        Add(Display("b", "id"), new DisplayOutput(Bundle("new"), "id", IsUpdate: true), new DisplayOutput(Bundle("lost"), "unknown", IsUpdate: true));
        Assert.Equal(["new", "other"], Outputs(_cell));
        Assert.Equal(["new"], Outputs(later));
    }

    [Fact]
    public void Clearing_removes_the_outputs_of_the_running_cell_only_and_an_update_finds_them_no_more()
    {
        var later = NotebookCell.Code("2");
        Add(new StreamOutput("stdout", "kept"));
        _record.Begin(later, 2);
        Add(new StreamOutput("stdout", "gone"), Display("gone", "id"), new ClearOutput(Wait: false));
        Assert.Empty(Outputs(later));
        Add(new StreamOutput("stdout", "after"), new DisplayOutput(Bundle("late"), "id", IsUpdate: true));
        Assert.Equal(["stdout after"], Outputs(later));
        Assert.Equal(["stdout kept"], Outputs(_cell));
    }

    [Fact]
    public void Clearing_that_waits_happens_when_the_next_output_comes()
    {
        Add(Display("old", null), new ClearOutput(Wait: true));
        Assert.Single(_cell.Outputs);
        Add(new StreamOutput("stdout", "new"), new StreamOutput("stdout", "er"));
        Assert.Equal(["stdout newer"], Outputs(_cell));
    }

    [Fact]
    public void A_cell_that_prints_without_end_is_cut_off_and_says_so_while_its_displays_stay()
    {
        for (var i = 0; i < 30; i++)
            Add(new StreamOutput("stdout", new string('x', 100_000)));
        Add(Display("after", null), new StreamOutput("stderr", "more"));
        var outputs = Outputs(_cell);
        Assert.Equal(["after"], outputs[1..]);
        Assert.InRange(outputs[0].Length, OutputRecord.PrintLimit, OutputRecord.PrintLimit + 100);
        Assert.EndsWith($"... cut here: a cell may print {OutputRecord.PrintLimit} characters\n", outputs[0]);
    }

    [Fact]
    public void Recorded_figures_are_the_last_numbers_of_their_names()
    {
        static DisplayOutput Scrap(string name, string data) =>
            new(new MimeBundle { { "application/scrapbook.scrap.json+json", new JsonObject { ["name"] = name, ["data"] = JsonNode.Parse(data) } } }, null, false);
        Add(Scrap("a", "1"), Scrap("b", "2.5"), Scrap("a", "3"), Scrap("c", "\"text\""), Scrap("d", "{}"), Scrap("e", "null"), Scrap("f", "1e999"), Display("x", null));
        Assert.Equal([new("a", 3), new("b", 2.5)], _record.Metrics);
        Assert.Empty(_record.Captions);
    }

    [Fact]
    public void A_figure_keeps_the_caption_that_it_was_last_recorded_with()
    {
        void Scrap(string name, double data, JsonNode? caption) => Add(new DisplayOutput(new MimeBundle
        {
            { "application/scrapbook.scrap.json+json", new JsonObject { ["name"] = name, ["data"] = data, ["caption"] = caption } },
        }, null, false));
        Scrap("a", 1, "one");
        Scrap("a", 2, "two");
        Scrap("b", 1, "then none");
        Scrap("b", 2, null);
        Scrap("c", 1, 7);
        Scrap("d", 1, " ");
        Assert.Equal([new("a", "two")], _record.Captions);
    }

    [Fact]
    public void Outputs_that_come_after_the_end_change_nothing()
    {
        Add(new StreamOutput("stdout", "a"));
        _record.End();
        Add(new StreamOutput("stdout", "b"), Display("c", null));
        Assert.Equal("a", (string?)Assert.Single(_cell.Outputs)!["text"]);
    }

    private void Add(params CellOutput[] outputs)
    {
        foreach (var output in outputs)
            _record.Add(output);
    }

    private static MimeBundle Bundle(string text) => new() { { "text/plain", text } };

    private static DisplayOutput Display(string text, string? id) => new(Bundle(text), id, IsUpdate: false);

    private string[] Outputs(NotebookCell cell)
    {
        _record.Begin(NotebookCell.Code(""), 9); // the text of a stream is written when the stream ends
        _record.Begin(cell, 1);
        return [.. cell.Outputs.Select(output => output!["text"] is { } text ? $"{output["name"]} {text}" : (string)output["data"]!["text/plain"]!)];
    }
}
