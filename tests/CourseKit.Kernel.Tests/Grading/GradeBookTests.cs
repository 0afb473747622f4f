using System.IO.Compression;
using System.Text;
using CourseKit.Kernel.Grading;
using CourseKit.Kernel.Notebooks;
using TaskStatus = CourseKit.Kernel.Grading.TaskStatus;

namespace CourseKit.Kernel.Tests.Grading;

public sealed class GradeBookTests : IDisposable
{
    private readonly ClassPlace place = new();
    private readonly GradeBook book;

    public GradeBookTests() => book = new(place.Folder, "tasks");

    public void Dispose() => place.Dispose();

    [Fact]
    public void No_two_students_share_a_file_whatever_their_names_are()
    {
        string[] students = ["a/b", "a\\b", "a_b", "..", ".", "", "x\0y", new('é', 240), new string('é', 239) + "e", string.Concat(Enumerable.Repeat("😀", 100)), "con:1", "M\uFFFDller"];
        foreach (var student in students)
            book.Keep(new(student, [Task(1, student)], [], [], new Notebook()), "digest");
        Assert.All(students, student => Assert.Equal(student, Assert.Single(book.Find(new(student, "x"), "digest")!.Tasks).Message));
        Assert.Equal(students.Length, Directory.GetFiles(place.PathOf("feedback")).Length);
        Assert.All(Directory.GetFiles(place.Folder, "*", SearchOption.AllDirectories), file => Assert.InRange(Encoding.UTF8.GetByteCount(Path.GetFileName(file)), 1, 255));
        book.WriteOverview([.. students.Select(student => new StudentGrades(new(student, "x"), [Task(1, "")], [], []))]);
        Assert.Contains("href=\"feedback/a_b.html\"", File.ReadAllText(place.PathOf("index.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_teachers_points_come_onto_the_page_and_go_again_and_the_checks_grade_stays_known()
    {
        var own = Task(0, "wrong");
        book.Keep(new("anna", [own], [], [], new Notebook([NotebookCell.Code("1 + 1")])), "digest");
        book.Correct("anna", [own with { Points = 2, TeachersRemark = "my check was wrong" }]);
        Assert.Contains("my check was wrong", Page("anna"), StringComparison.Ordinal);
        Assert.Contains("2 of 2 points", Page("anna"), StringComparison.Ordinal);
        Assert.Equal([own], book.Find(new("anna", "x"), "digest")!.Tasks);
        var written = File.GetLastWriteTimeUtc(place.PathOf("feedback/anna.html"));
        book.Correct("anna", [own with { Points = 2, TeachersRemark = "my check was wrong" }]);
        Assert.Equal(written, File.GetLastWriteTimeUtc(place.PathOf("feedback/anna.html")));
        book.Correct("anna", [own]);
        Assert.DoesNotContain("my check was wrong", Page("anna"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"Digest":"digest","Tasks":[],"Remarks":[]}""")]
    [InlineData("half a fi")]
    [InlineData("null")]
    public void A_grade_of_an_older_version_or_a_damaged_one_counts_as_none(string json)
    {
        book.Keep(new("anna", [Task(2, "")], [], [], new Notebook()), "digest");
        Assert.NotNull(book.Find(new("anna", "x"), "digest"));
        File.WriteAllText(place.PathOf("grades/anna.json"), json);
        Assert.Null(book.Find(new("anna", "x"), "digest"));
    }

    [Fact]
    public void Rows_tell_who_was_late_and_what_is_remarkable_in_columns_of_their_own()
    {
        book.WriteCsv([new(new("anna", "x") { Late = "5 min", Remark = "Graded as tasks.ipynb: x.ipynb." }, [Task(1, "no") with { TeachersRemark = "half" }, Task(2, "")], ["The cell two is there twice."], ["unsafe { }", "Marshal.Copy(a)"])]);
        Assert.Equal(
            [
                "student,assignment,task,points,max_points,status,message,late,remark,suspicious",
                "anna,tasks,loss,1,2,failed,no,5 min,Graded as tasks.ipynb: x.ipynb. The cell two is there twice. The points are the teacher's: half,unsafe { } | Marshal.Copy(a)",
                "anna,tasks,loss,2,2,failed,,5 min,Graded as tasks.ipynb: x.ipynb. The cell two is there twice.,unsafe { } | Marshal.Copy(a)",
            ], File.ReadAllLines(place.PathOf("grades.csv")));
    }

    [Fact]
    public void Feedback_goes_back_under_the_platforms_names_and_only_for_those_who_came_from_it()
    {
        List<StudentGrades> all = [.. new[] { ("Zoë", "Zoë_1_assignsubmission_file_/"), ("doejane", "doejane_LATE_12345_67890_"), ("plain", null) }
            .Select(one => new StudentGrades(new(one.Item1, "x") { FeedbackPrefix = one.Item2 }, [Task(1, "")], [], []))];
        foreach (var one in all)
            book.Keep(new(one.Student, one.Tasks, [], [], new Notebook()), "digest");
        book.WriteFeedbackZip([all[2]]);
        Assert.False(File.Exists(place.PathOf("feedback.zip")));
        book.WriteFeedbackZip(all);
        var bytes = File.ReadAllBytes(place.PathOf("feedback.zip"));
        File.SetLastWriteTime(place.PathOf("feedback/Zoë.html"), new(2026, 1, 2, 3, 4, 5, DateTimeKind.Local));
        book.WriteFeedbackZip(all);
        Assert.Equal(bytes, File.ReadAllBytes(place.PathOf("feedback.zip"))); // the same pages, whenever they were written
        using var zip = ZipFile.OpenRead(place.PathOf("feedback.zip"));
        Assert.Equal(["Zoë_1_assignsubmission_file_/tasks.html", "doejane_LATE_12345_67890_tasks.html"], zip.Entries.Select(entry => entry.FullName));
        Assert.Equal(new FileInfo(place.PathOf("feedback/Zoë.html")).Length, zip.Entries[0].Length);
    }

    private string Page(string student) => File.ReadAllText(place.PathOf($"feedback/{student}.html"));

    private static TaskGrade Task(double points, string message) => new("loss", points, 2, TaskStatus.Failed, message);
}
