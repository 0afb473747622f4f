using System.Text.Json.Nodes;
using CourseKit.Kernel.Notebooks;

namespace CourseKit.Notebooks.Tests;

/// <summary>The lectures as they lie in the repository.</summary>
public sealed class CommittedNotebookTests
{
    private const int LongestCell = 24;
    private const int LongestLine = 88;

    public static TheoryData<string> Lectures => [.. Course.Notebooks];

    [Fact]
    public void There_are_lectures() => Assert.True(Course.Lectures.Count >= 2, string.Join(", ", Course.Lectures));

    [Theory]
    [MemberData(nameof(Lectures))]
    public void No_output_and_no_execution_count_is_committed(string lecture)
    {
        foreach (var cell in Code(lecture))
        {
            Assert.True(cell.Outputs.Count == 0, $"cell {cell.Id} has outputs");
            Assert.True(cell.ExecutionCount is null, $"cell {cell.Id} has an execution count");
        }
    }

    [Theory]
    [MemberData(nameof(Lectures))]
    public void It_asks_for_the_courses_kernel_in_format_4_5(string lecture)
    {
        var json = JsonNode.Parse(File.ReadAllText(Course.PathOf(lecture)))!;
        Assert.Equal((4, 5), ((int)json["nbformat"]!, (int)json["nbformat_minor"]!));
        var expected = new JsonObject { ["name"] = "coursekit", ["display_name"] = "C# (CourseKit)", ["language"] = "csharp" };
        Assert.True(JsonNode.DeepEquals(expected, json["metadata"]!["kernelspec"]), json["metadata"]!.ToJsonString());
    }

    [Theory]
    [MemberData(nameof(Lectures))]
    public void The_first_code_cell_is_the_header_and_the_only_one_that_references_anything(string lecture)
    {
        var header = Code(lecture).First().Source;
        Assert.StartsWith("#r \"../lib/CourseKit/bin/Release/net10.0/CourseKit.dll\"\n", header, StringComparison.Ordinal);
        Assert.Contains("\nusing CourseKit;\n", header, StringComparison.Ordinal);
        Assert.EndsWith("\nCourse.Start(seed: 1)", header, StringComparison.Ordinal);
        Assert.DoesNotContain(Code(lecture).Skip(1), cell => cell.Source.Contains("#r ", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Lectures))]
    public void Cell_ids_are_unique_and_valid(string lecture)
    {
        string[] ids = [.. Course.Load(lecture).Cells.Select(cell => cell.Id)];
        Assert.Equal(ids.Distinct(), ids);
        Assert.All(ids, id => Assert.Matches("^[a-zA-Z0-9_-]{1,64}$", id));
    }

    [Theory]
    [MemberData(nameof(Lectures))]
    public void Text_comes_before_code_and_after_two_cells_of_it_at_most(string lecture)
    {
        var cells = Course.Load(lecture).Cells;
        Assert.Equal((CellKind.Markdown, true), (cells[0].Kind, cells[0].Source.StartsWith("# ", StringComparison.Ordinal)));
        for (var i = 2; i < cells.Count; i++)
            Assert.False(cells[i].Kind == cells[i - 1].Kind && cells[i].Kind == cells[i - 2].Kind, $"cell {cells[i].Id} is the third of its kind in a row");
        Assert.Equal(CellKind.Markdown, cells[^1].Kind);
    }

    [Theory]
    [MemberData(nameof(Lectures))]
    public void Code_fits_the_screen(string lecture)
    {
        foreach (var cell in Code(lecture))
        {
            var lines = cell.Source.Split('\n');
            Assert.True(lines.Length <= LongestCell, $"cell {cell.Id} has {lines.Length} lines, more than {LongestCell}");
            Assert.True(lines.All(line => line.Length <= LongestLine), $"cell {cell.Id}: {lines.MaxBy(line => line.Length)}");
        }
    }

    [Theory]
    [MemberData(nameof(Lectures))]
    public void The_parameters_are_seed_and_updates_and_in_02_and_09_the_data_set(string lecture)
    {
        var cell = Assert.Single(Code(lecture), cell => cell.HasTag("parameters"));
        string[] names = [.. Kernel.Running.NotebookParameters.Declared(Course.Load(lecture)).Keys];
        Assert.Equal(lecture is Course.Adversarial or Course.FullSize ? ["dataset", "seed", "updates"] : ["seed", "updates"], names.Intersect(["dataset", "seed", "updates"]).Order());
        Assert.Equal(cell.Id, Code(lecture).ElementAt(1).Id); // before anything is computed from them
    }

    [Theory]
    [MemberData(nameof(Lectures))]
    public void Its_links_lead_to_files_that_exist(string lecture)
    {
        var links = Course.Load(lecture).Cells.Where(cell => cell.Kind == CellKind.Markdown)
            .SelectMany(cell => System.Text.RegularExpressions.Regex.Matches(cell.Source, @"\]\((?!https?:|#|attachment:)([^)#]+)"))
            .Select(link => link.Groups[1].Value);
        Assert.All(links, link => Assert.True(File.Exists(Path.Combine(Course.Root, "notebooks", link)), link));
    }

    [Fact]
    public void Lecture_0_reads_lines_word_by_word_that_stand_in_lecture_2()
    {
        var quoted = System.Text.RegularExpressions.Regex.Matches(string.Join('\n', Course.Load(Course.Beginning).Cells.Select(cell => cell.Source)), "```csharp\n(.*?)```",
            System.Text.RegularExpressions.RegexOptions.Singleline).SelectMany(block => Lines(block.Groups[1].Value)).ToList();
        Assert.Contains("loss.backward();", quoted);
        Assert.Subset(Code(Course.Adversarial).SelectMany(cell => Lines(cell.Source)).ToHashSet(), quoted.ToHashSet());
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static IEnumerable<NotebookCell> Code(string lecture) => Course.Load(lecture).Cells.Where(cell => cell.Kind == CellKind.Code);
}
