using CourseKit.Kernel.Grading;
using CourseKit.Kernel.Notebooks;
using CourseKit.Kernel.Tests.Pages;
using TaskStatus = CourseKit.Kernel.Grading.TaskStatus;

namespace CourseKit.Kernel.Tests.Grading;

public sealed class GradePageTests : IDisposable
{
    private const string Hostile = "<img src=x onerror=run()> **bold** `` # \"'&";
    private readonly string folder = Directory.CreateTempSubdirectory("coursekit-gradebook-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Names_tasks_messages_and_remarks_are_text_in_the_feedback()
    {
        var grade = new SubmissionGrade("anna", [new(Hostile, 1.5, 2, TaskStatus.Failed, $"{Hostile}\n\n# two")], [Hostile], [], new Notebook(NotebookCell.Markdown("# The notebook")));
        new GradeBook(folder, Hostile).Keep(grade, "digest");
        var page = Page.Parse(File.ReadAllText(Path.Combine(folder, "feedback", "anna.html")));
        Assert.Equal($"{Hostile}: anna", page.Title);
        Assert.Equal($"{Hostile}: anna", page.QuerySelector("h1")!.TextContent);
        Assert.Equal("1.5 of 2 points", page.QuerySelector(".feedback p")!.TextContent);
        Assert.Equal([$"✗ {Hostile}: 1.5 of 2{Hostile}\n\n# two", Hostile], page.QuerySelectorAll(".feedback li").Select(item => item.TextContent));
        Assert.Empty(page.QuerySelectorAll("img"));
        Assert.Equal(2, page.QuerySelectorAll("h1").Length);
    }

    [Fact]
    public void Names_and_messages_are_text_in_the_overview_whose_policy_names_its_script()
    {
        var page = Page.Parse(ClassOverview.Render(Hostile, [new(new(Hostile, "x"), [new(Hostile, 0, 1, TaskStatus.Failed, Hostile)], [], [Hostile])]));
        Assert.Empty(page.QuerySelectorAll("img"));
        Assert.Equal(4, page.QuerySelectorAll("h1, td").Count(element => element.TextContent == Hostile) - 1);
        Assert.DoesNotContain("script-src 'unsafe", page.QuerySelector("meta[http-equiv]")!.GetAttribute("content"), StringComparison.Ordinal);
        Assert.Contains("script-src 'sha256-", page.QuerySelector("meta[http-equiv]")!.GetAttribute("content"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(GradebookFormat.Moodle, "@anna,1.5\n")]
    [InlineData(GradebookFormat.Canvas, "@anna,,,@anna,,1.5\n")]
    [InlineData(GradebookFormat.Nbgrader, "sums,,,@anna,,,,1.5,0,1.5,2\n")]
    public void A_name_that_begins_with_a_sign_still_matches_in_the_other_system_and_is_no_formula_in_grades(GradebookFormat format, string row)
    {
        StudentGrades[] grades = [new(new("@anna", "x"), [new("sum", 1.5, 2, TaskStatus.Failed, "=1")], [], ["=2"])];
        var book = new GradeBook(folder, "sums");
        book.WriteGradebook(grades, format);
        book.WriteCsv(grades);
        Assert.EndsWith(row, File.ReadAllText(Path.Combine(folder, "gradebook.csv")), StringComparison.Ordinal);
        Assert.EndsWith("'@anna,sums,sum,1.5,2,failed,'=1,,,'=2\n", File.ReadAllText(Path.Combine(folder, "grades.csv")), StringComparison.Ordinal);
    }
}
