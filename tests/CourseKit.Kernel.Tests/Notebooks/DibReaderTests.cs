using CourseKit.Kernel.Notebooks;

namespace CourseKit.Kernel.Tests.Notebooks;

/// <summary>.dib files of Polyglot Notebooks as notebooks.</summary>
public sealed class DibReaderTests : IDisposable
{
    private const string Meta = """
        #!meta

        {"kernelInfo":{"defaultKernelName":"csharp","items":[{"aliases":[],"languageName":"csharp","name":"csharp"},{"aliases":["pk"],"languageName":"python","name":"pythonkernel"}]}}


        """;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("dib-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Each_line_of_a_language_begins_a_cell_in_it()
    {
        var notebook = Read(Meta + "#!markdown\n\n# Title\n\ntext\n\n#!csharp\n\nvar x = 1;\n\nx\n\n#!fsharp\n\nlet y = 2\n#!value\n\n#!value --name v\n{}\n#!pythonkernel\nprint(1)\n#!pk\nprint(2)\n#!c#\n#!time\n2");
        Assert.Equal(
            ["Markdown  # Title\n\ntext", "Code  var x = 1;\n\nx", "Code fsharp let y = 2", "Code value #!value --name v\n{}", "Code pythonkernel print(1)", "Code pk print(2)", "Code  #!time\n2"],
            InShort(notebook));
        Assert.True(notebook.IsCSharp);
        Assert.Equal(notebook.ToJson(), Read(Meta + "#!markdown\n\n# Title\n\ntext\n\n#!csharp\n\nvar x = 1;\n\nx\n\n#!fsharp\n\nlet y = 2\n#!value\n\n#!value --name v\n{}\n#!pythonkernel\nprint(1)\n#!pk\nprint(2)\n#!c#\n#!time\n2").ToJson());
        Assert.Equal(notebook.ToJson(), Notebook.Parse(notebook.ToJson()).ToJson());
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("1 + 1", "Code  1 + 1")]
    [InlineData("#!csharp", "")]
    [InlineData("#!csharp\n\n#!markdown\n#!csharp\n \n", "")]
    [InlineData("\ufeff#!markdown\r\n# T\r\n\r\n#!csharp\r\n1\r\n2\r\n", "Markdown  # T|Code  1\n2")]
    [InlineData("#!markdown // text\na\n#!csharp // code\n1", "Markdown  a|Code  1")]
    [InlineData("1\n#!rust\nfn main() {}", "Code  1\n#!rust\nfn main() {}")]
    [InlineData("#!connect jupyter --kernel-name rust\n#!rust\nfn main() {}", "Code  #!connect jupyter --kernel-name rust|Code rust fn main() {}")]
    [InlineData("#!sql-db\nSELECT 1", "Code sql SELECT 1")]
    [InlineData("var s = \"\"\"\n#!markdown\n\"\"\";", "Code  var s = \"\"\"|Markdown  \"\"\";")]
    [InlineData("#!markdown\n```\n  #!csharp\n```", "Markdown  ```\n  #!csharp\n```")]
    [InlineData("#!meta\n{\"kernelInfo\":{\"defaultKernelName\":\"html\"}}\n#!html\n<b>\n#!csharp\n1", "Code html <b>|Code  1")]
    [InlineData("#!meta\n{\"kernelInfo\":{\"defaultKernelName\":\"html\"}}\n#!csharp\n1", "Code  1")]
    [InlineData("#!meta\n{\"kernelInfo\":5}\n#!csharp\n1\n#!meta\n2", "Code  1\n#!meta\n2")]
    [InlineData("#!meta\n{\"kernelInfo\":{\"defaultKernelName\":[],\"items\":{\"a\":1}}}\n#!csharp\n1", "Code  1")]
    [InlineData("#!meta\n[]", "")]
    [InlineData("#!csharp #!markdown\n1", "Code  #!csharp #!markdown\n1")]
    [InlineData("#!\n#! csharp\n1", "Code  #!\n#! csharp\n1")]
    public void Odd_files_are_read(string text, string cells) => Assert.Equal(cells, string.Join('|', InShort(Read(text))));

    [Theory]
    [InlineData("#!fsharp\nlet x = 1\n#!markdown\ntext", "F#")]
    [InlineData("#!meta\n{\"kernelInfo\":{\"defaultKernelName\":\"fsharp\"}}\n#!markdown\na\n#!fsharp\nlet x = 1", "F#")]
    [InlineData("#!fsharp\nlet x = 1\n#!csharp\n1", "csharp")]
    [InlineData("#!html\n<b>", "csharp")]
    public void A_file_without_CSharp_is_no_CSharp_notebook(string text, string language) => Assert.Equal(language, Read(text).Language);

    [Theory]
    [InlineData("#!meta\n{\"kernelInfo\"\n#!csharp\n1")]
    [InlineData("#!meta")]
    [InlineData("#!meta\nnothing\n")]
    [InlineData("#!meta\n{\"kernelInfo\":{\"defaultKernelName\":\"\\ud83d\"}}")]
    [InlineData("#!meta\n{\"kernelInfo\":{},\"kernelInfo\":{}}")]
    public void Metadata_that_are_no_json_are_refused_with_their_place(string text)
    {
        var error = Assert.Throws<NotebookFormatException>(() => Read(text));
        Assert.EndsWith("a.dib", error.File, StringComparison.Ordinal);
        Assert.Equal(("#!meta", "a JSON object with the kernels of the notebook"), (error.Field, error.Expected));
    }

    [Fact]
    public void Bytes_that_are_no_UTF8_are_refused()
    {
        var path = Path.Combine(folder.FullName, "a.DIB");
        File.WriteAllBytes(path, [.. "#!csharp\n"u8, 0xff, 0xfe]);
        Assert.Equal("text in UTF-8", Assert.Throws<NotebookFormatException>(() => Notebook.Load(path)).Expected);
    }

    [Fact]
    public void A_part_knows_its_first_line() =>
        Assert.Equal([3, 7], DibReader.Sections("#!markdown\n\n\ntext\n\n#!csharp\n\n1\n", "a.dib").Select(section => section.FirstLine));

    private Notebook Read(string text)
    {
        var path = Path.Combine(folder.FullName, "a.dib");
        File.WriteAllText(path, text);
        return Notebook.Load(path);
    }

    private static string[] InShort(Notebook notebook) => [.. notebook.Cells.Select(cell => $"{cell.Kind} {(string?)cell.Metadata["polyglot_notebook"]?["kernelName"]} {cell.Source}")];
}
