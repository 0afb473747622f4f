using System.Text.Json.Nodes;
using CourseKit.Kernel.Notebooks;
using CourseKit.Kernel.Tests.Pages;
using CsCheck;

namespace CourseKit.Kernel.Tests.Notebooks;

public sealed class NotebookRoundTripTests
{
    // What Jupyter's own writer (nbformat 5) gives for this content.
    private const string AsJupyterWrites = """
        {
         "cells": [
          {
           "cell_type": "markdown",
           "id": "intro",
           "metadata": {},
           "source": [
            "# 生成 😀 é\n",
            "\"quoted\" \\alpha <b>&"
           ]
          },
          {
           "cell_type": "code",
           "execution_count": 3,
           "id": "a-1_B",
           "metadata": {
            "tags": [
             "parameters"
            ],
            "vendor": {
             "big": 12345678901234567890123,
             "exact": 1.50e-7
            }
           },
           "outputs": [
            {
             "name": "stdout",
             "output_type": "stream",
             "text": [
              "one\n",
              "two\n"
             ]
            },
            {
             "data": {
              "application/json": {
               "text/plain": "not split\nhere"
              },
              "image/png": "iVBORw0KGgo=\n",
              "text/plain": [
               "3"
              ]
             },
             "execution_count": 3,
             "metadata": {},
             "output_type": "execute_result"
            }
           ],
           "source": []
          }
         ],
         "metadata": {
          "kernelspec": {
           "display_name": "C# (CourseKit)",
           "language": "csharp",
           "name": "coursekit"
          }
         },
         "nbformat": 4,
         "nbformat_minor": 5,
         "x-unknown": [
          null,
          true,
          {}
         ]
        }

        """;

    [Fact]
    public void The_numbers_of_a_chart_stand_in_one_line()
    {
        var numbers = string.Join(", ", Enumerable.Range(0, 200).Select(i => i % 50 == 0 ? "null" : $"{i}.25"));
        var cell = NotebookCell.Code("chart");
        cell.Outputs.Add(JsonNode.Parse($$$"""
            {"data": {"application/vnd.plotly.v1+json": {"data": [{"z": [[{{{numbers}}}], [{{{numbers}}}]], "few": [1, 2], "names": ["a", "b", "c", "d", "e", "f", "g", "h", "i"]}]}},
             "metadata": {}, "output_type": "display_data"}
            """));
        var text = new Notebook(cell).ToJson();
        Assert.Equal(2, text.Split('\n').Count(line => line.TrimStart().TrimEnd(',') == $"[{numbers}]"));
        Assert.Matches(@"\[\n +1,\n +2\n +\]", text);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(text)!["cells"]![0]!["outputs"], cell.Outputs));
    }

    [Fact]
    public void A_file_that_Jupyter_wrote_comes_back_to_the_byte() =>
        Assert.Equal(AsJupyterWrites, Notebook.Parse(AsJupyterWrites).ToJson());

    [Fact]
    public void Text_as_one_string_is_written_as_lines()
    {
        const string json = """
            {"nbformat":4,"nbformat_minor":5,"metadata":{},"cells":[{"cell_type":"code","id":"a","metadata":{},"source":"x\ny","execution_count":null,
             "outputs":[{"output_type":"stream","name":"stdout","text":"p\r\nq"}]}]}
            """;
        var cell = JsonNode.Parse(Notebook.Parse(json).ToJson())!["cells"]![0]!;
        Assert.Equal("""["x\n","y"]""", cell["source"]!.ToJsonString());
        Assert.Equal("""["p\r\n","q"]""", cell["outputs"]![0]!["text"]!.ToJsonString());
    }

    [Fact]
    public void A_picture_as_lines_is_written_as_one_string_and_json_is_left_alone()
    {
        var cell = Page.CellWith(Page.Display(("image/png", new JsonArray("AA\n", "BB\n")), ("application/x+json", new JsonArray("a", "b"))));
        var data = JsonNode.Parse(new Notebook(cell).ToJson())!["cells"]![0]!["outputs"]![0]!["data"]!;
        Assert.Equal("AA\nBB\n", data["image/png"]!.GetValue<string>());
        Assert.Equal(2, data["application/x+json"]!.AsArray().Count);
    }

    [Fact]
    public void Key_order_is_kept_even_where_it_is_not_sorted()
    {
        var json = Notebook.Parse("""{"zeta":1,"nbformat":4,"metadata":{"z":0,"a":1},"nbformat_minor":5,"cells":[],"alpha":2}""").ToJson();
        Assert.Equal(["zeta", "nbformat", "metadata", "nbformat_minor", "cells", "alpha"], JsonNode.Parse(json)!.AsObject().Select(entry => entry.Key));
    }

    [Fact]
    public void Any_text_survives_in_source_and_outputs() => Gen.Select(Gen.String, Gen.String, Gen.String).Sample((source, output, tag) =>
    {
        var cell = NotebookCell.Code(source, tag);
        cell.Outputs.Add(new JsonObject { ["name"] = "stdout", ["output_type"] = "stream", ["text"] = output });
        var once = new Notebook(cell).ToJson();
        var back = Notebook.Parse(once).Cells[0];
        Assert.Equal(WithoutHalfPairs(source), back.Source);
        Assert.Equal(WithoutHalfPairs(output), MultilineText.Join(back.Outputs[0]!["text"]));
        Assert.Equal(WithoutHalfPairs(tag), Assert.Single(back.Tags));
        Assert.Equal(once, Notebook.Parse(once).ToJson());
    });

    [Fact]
    public void Any_unknown_field_survives() => Json(3).Sample(extra =>
    {
        var tree = JsonNode.Parse(AsJupyterWrites)!;
        tree["extra"] = JsonNode.Parse(extra);
        tree["cells"]![1]!["extra"] = JsonNode.Parse(extra);
        tree["cells"]![1]!["outputs"]![1]!["metadata"]!["extra"] = JsonNode.Parse(extra);
        Assert.True(JsonNode.DeepEquals(tree, JsonNode.Parse(Notebook.Parse(tree.ToJsonString()).ToJson())));
    });

    // A lone half of a surrogate pair cannot be written in UTF-8: it becomes the replacement character.
    private static string WithoutHalfPairs(string text) => new([.. text.EnumerateRunes().SelectMany(rune => rune.ToString())]);

    private static readonly string[] Leaves = ["null", "true", "false", "0.10", "-1E+5", "123456789012345678901234567890", "{}", "[]"];

    private static Gen<string> Json(int depth)
    {
        var leaf = Gen.OneOf(
            Gen.Int[0, Leaves.Length - 1].Select(i => Leaves[i]),
            Gen.String[Gen.Char['\u0000', '\ud7ff'], 0, 12].Select(text => JsonValue.Create(text).ToJsonString()));
        if (depth == 0)
            return leaf;
        return Gen.OneOf(
            leaf,
            Json(depth - 1).List[0, 4].Select(items => $"[{string.Join(',', items)}]"),
            Json(depth - 1).List[0, 4].Select(items => $"{{{string.Join(',', items.Select((item, i) => $"\"k{items.Count - i}\":{item}"))}}}"));
    }
}
