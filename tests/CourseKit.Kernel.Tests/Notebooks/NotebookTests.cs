using CourseKit.Kernel.Notebooks;

namespace CourseKit.Kernel.Tests.Notebooks;

public sealed class NotebookTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("coursekit-notebook-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_new_notebook_is_csharp_and_its_cells_have_valid_unique_ids()
    {
        var notebook = new Notebook([.. Enumerable.Range(0, 200).Select(i => NotebookCell.Code($"{i}"))]);
        Assert.Equal("csharp", notebook.Language);
        Assert.Equal(200, notebook.Cells.Select(cell => cell.Id).Distinct().Count());
        Assert.All(notebook.Cells, cell => Assert.Matches("^[A-Za-z0-9_-]{1,64}$", cell.Id));
        Assert.Equal(notebook.Cells.Select(cell => cell.Id), Notebook.Parse(notebook.ToJson()).Cells.Select(cell => cell.Id));
    }

    [Fact]
    public void An_inserted_cell_stands_in_its_place_and_a_repeated_id_is_replaced()
    {
        var notebook = Notebook.Parse(OneCell("""{"cell_type":"markdown","id":"same","metadata":{},"source":"b"}"""));
        var copy = Notebook.Parse(OneCell("""{"cell_type":"markdown","id":"same","metadata":{},"source":"a"}"""));
        var cell = copy.Cells[0];
        copy.RemoveAt(0);
        notebook.Insert(0, cell);
        Assert.Equal(["a", "b"], Notebook.Parse(notebook.ToJson()).Cells.Select(c => c.Source));
        Assert.NotEqual("same", notebook.Cells[0].Id);
        Assert.Equal("same", notebook.Cells[1].Id);
        Assert.Throws<InvalidOperationException>(() => copy.Add(cell));
    }

    [Fact]
    public void Changes_of_source_outputs_and_count_are_written()
    {
        var notebook = new Notebook(NotebookCell.Code("1"));
        notebook.Cells[0].Source = "2\n3";
        notebook.Cells[0].ExecutionCount = 7;
        notebook.Cells[0].Outputs.Add(new System.Text.Json.Nodes.JsonObject { ["ename"] = "E", ["evalue"] = "v", ["output_type"] = "error", ["traceback"] = new System.Text.Json.Nodes.JsonArray() });
        var back = Notebook.Parse(notebook.ToJson()).Cells[0];
        Assert.Equal("2\n3", back.Source);
        Assert.Equal(7, back.ExecutionCount);
        Assert.Single(back.Outputs);
        back.ClearOutputs();
        Assert.Empty(back.Outputs);
        Assert.Null(back.ExecutionCount);
        Assert.Throws<InvalidOperationException>(() => NotebookCell.Markdown("x").ExecutionCount = 1);
    }

    [Fact]
    public void Version_4_0_is_read_and_becomes_4_5_with_the_same_ids_each_time()
    {
        const string old = """{"nbformat":4,"nbformat_minor":0,"metadata":{"language_info":{"name":"python"}},"cells":[{"cell_type":"raw","metadata":{},"source":["a"]},{"cell_type":"code","metadata":{},"source":"a"}]}""";
        var notebook = Notebook.Parse(old);
        Assert.Equal("python", notebook.Language);
        Assert.Equal([CellKind.Raw, CellKind.Code], notebook.Cells.Select(cell => cell.Kind));
        Assert.Contains("\"nbformat_minor\": 5", notebook.ToJson(), StringComparison.Ordinal);
        Assert.Equal(2, notebook.Cells.Select(cell => cell.Id).Distinct().Count());
        Assert.Equal(notebook.ToJson(), Notebook.Parse(old).ToJson());
    }

    [Fact]
    public void Missing_invalid_and_repeated_ids_are_repaired_and_good_ones_kept()
    {
        var cells = string.Join(',', new[] { "\"id\":\"x\",", "\"id\":\"x\",", "", "\"id\":\"not valid!\",", "\"id\":5," }
            .Select(id => $$"""{"cell_type":"markdown",{{id}}"metadata":{},"source":""}"""));
        var ids = Notebook.Parse(OneCell(cells)).Cells.Select(cell => cell.Id).ToArray();
        Assert.Equal("x", ids[0]);
        Assert.Equal(5, ids.Distinct().Count());
        Assert.All(ids, id => Assert.Matches("^[A-Za-z0-9_-]{1,64}$", id));
    }

    [Fact]
    public void Saving_replaces_the_file_and_leaves_nothing_beside_it()
    {
        var path = Path.Combine(_folder.FullName, "lecture.ipynb");
        File.WriteAllText(path, "old");
        var notebook = new Notebook(NotebookCell.Markdown("# 生成"));
        notebook.Save(path);
        Assert.Equal("# 生成", Notebook.Load(path).Cells[0].Source);
        Assert.NotEqual(0xEF, File.ReadAllBytes(path)[0]);
        Assert.Equal([path], Directory.GetFiles(_folder.FullName));
    }

    [Fact]
    public void A_save_that_fails_leaves_nothing_half_written()
    {
        var path = Path.Combine(_folder.FullName, "taken");
        Directory.CreateDirectory(path);
        Assert.ThrowsAny<Exception>(() => new Notebook().Save(path));
        Assert.Empty(Directory.GetFiles(_folder.FullName));
        Assert.True(Directory.Exists(path));
    }

    [Fact]
    public void A_byte_order_mark_is_read_over()
    {
        var path = Path.Combine(_folder.FullName, "bom.ipynb");
        File.WriteAllText(path, new Notebook(NotebookCell.Raw("r")).ToJson(), System.Text.Encoding.UTF8);
        Assert.Equal("r", Notebook.Load(path).Cells[0].Source);
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_named_with_the_file()
    {
        var path = Path.Combine(_folder.FullName, "latin.ipynb");
        File.WriteAllBytes(path, [(byte)'{', (byte)'"', 0xE9, (byte)'"']);
        var error = Assert.Throws<NotebookFormatException>(() => Notebook.Load(path));
        Assert.Equal(path, error.File);
        Assert.Contains("UTF-8", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "document", "not JSON")]
    [InlineData("{\"a\":1,\"a\":2}", "document", "not JSON")]
    [InlineData("[1]", "document", "an array")]
    [InlineData("null", "document", "nothing")]
    [InlineData("{}", "nbformat", "nothing")]
    [InlineData("""{"nbformat":"4"}""", "nbformat", "\"4\"")]
    [InlineData("""{"nbformat":3,"worksheets":[]}""", "nbformat", "jupyter nbconvert")]
    [InlineData("""{"nbformat":5,"nbformat_minor":0}""", "nbformat", "newer")]
    [InlineData("""{"nbformat":4,"nbformat_minor":-1}""", "nbformat_minor", "-1")]
    [InlineData("""{"nbformat":4,"nbformat_minor":5,"metadata":[]}""", "metadata", "an array")]
    [InlineData("""{"nbformat":4,"nbformat_minor":5,"metadata":{"kernelspec":{"language":1}},"cells":[]}""", "metadata.kernelspec.language", "1")]
    [InlineData("""{"nbformat":4,"nbformat_minor":5,"metadata":{}}""", "cells", "nothing")]
    [InlineData("""{"nbformat":4,"nbformat_minor":5,"metadata":{},"cells":{}}""", "cells", "an object")]
    [InlineData("""{"nbformat":4,"nbformat_minor":5,"metadata":{"x":["a","\ud800"]},"cells":[]}""", "metadata.x[1]", "surrogate")]
    [InlineData("""{"nbformat":4,"nbformat_minor":5,"metadata":{"\ud800":1},"cells":[]}""", "document", "surrogate")]
    public void A_document_that_is_no_notebook_is_refused(string json, string field, string said) => Refused(json, field, said);

    [Theory]
    [InlineData("7", "cells[1]", "7")]
    [InlineData("""{"cell_type":"heading","metadata":{},"source":""}""", "cells[1].cell_type", "\"heading\"")]
    [InlineData("""{"cell_type":"code","metadata":{}}""", "cells[1].source", "nothing")]
    [InlineData("""{"cell_type":"raw","metadata":{},"source":["a",1]}""", "cells[1].source", "an array that holds more than strings")]
    [InlineData("""{"cell_type":"raw","metadata":1,"source":""}""", "cells[1].metadata", "1")]
    [InlineData("""{"cell_type":"raw","metadata":{"tags":"a"},"source":""}""", "cells[1].metadata.tags", "\"a\"")]
    [InlineData("""{"cell_type":"code","metadata":{},"source":"","execution_count":1.5}""", "cells[1].execution_count", "1.5")]
    [InlineData("""{"cell_type":"code","metadata":{},"source":"","outputs":null}""", "cells[1].outputs", "nothing")]
    [InlineData("""{"cell_type":"code","metadata":{},"source":"","outputs":[{"output_type":"pyout"}]}""", "cells[1].outputs[0].output_type", "\"pyout\"")]
    [InlineData("""{"cell_type":"code","metadata":{},"source":"","outputs":[{"output_type":"stream","name":"stdout","text":4}]}""", "cells[1].outputs[0].text", "4")]
    [InlineData("""{"cell_type":"code","metadata":{},"source":"","outputs":[{"output_type":"display_data","data":{"text/plain":{}}}]}""", "cells[1].outputs[0].data['text/plain']", "an object")]
    [InlineData("""{"cell_type":"code","metadata":{},"source":"","outputs":[{"output_type":"error","ename":"E","evalue":"v"}]}""", "cells[1].outputs[0].traceback", "nothing")]
    public void A_cell_of_the_wrong_shape_is_refused(string cell, string field, string said) =>
        Refused(OneCell("""{"cell_type":"markdown","metadata":{},"source":""},""" + cell), field, said);

    private static void Refused(string json, string field, string said)
    {
        var error = Assert.Throws<NotebookFormatException>(() => Notebook.Parse(json, "lecture.ipynb"));
        Assert.Equal("lecture.ipynb", error.File);
        Assert.Equal(field, error.Field);
        Assert.StartsWith($"lecture.ipynb: {field}: found ", error.Message, StringComparison.Ordinal);
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    private static string OneCell(string cell) => $$"""{"nbformat":4,"nbformat_minor":5,"metadata":{},"cells":[{{cell}}]}""";
}
