using System.IO.Compression;
using CourseKit.Kernel.Notebooks;
using static CourseKit.Notebooks.Tests.GradedCell;

namespace CourseKit.Cli.Tests;

/// <summary><c>coursekit grade</c> with what a learning platform hands out, and with what a teacher says of a class.</summary>
[Trait("Cost", "process")]
public sealed class ClassGradeTests : IDisposable
{
    private readonly Workplace place = new();

    public ClassGradeTests() => place.Write(Path.Combine("instructor", "tasks.ipynb"), Answer("two", "2"), Check("two-check", "if (two != 2) throw new Exception($\"two is {two}, not 2\");", 2));

    public void Dispose() => place.Dispose();

    [Fact]
    public async Task A_platforms_zip_is_graded_and_feedback_goes_back_under_its_names_and_one_student_is_graded_again()
    {
        Zip(("Anna Müller_11_assignsubmission_file_/tasks.ipynb", "2"), ("Anna Müller_12_assignsubmission_file_/tasks.ipynb", "3"), ("Ben Lee_13_assignsubmission_file_/x.pdf", ""));
        File.WriteAllText(place.PathOf("Grades-1.csv"), "Identifier,Status,Last modified (submission)\nParticipant 12,Submitted for grading - 2 hours late,-\n");
        File.WriteAllText(place.PathOf("overrides.csv"), "student,task,points,remark\nAnna Müller 12,two-check,1.5,\"nearly, so\"\n");
        string[] command = ["grade", "class.zip", "--assignment", "instructor/tasks.ipynb", "--out", "out"];

        var first = await place.RunAsync(command);

        Assert.Equal((0, ""), (first.ExitCode, first.Error));
        string[] rows =
        [
            "student,assignment,task,points,max_points,status,message,late,remark,suspicious",
            "Anna Müller 11,tasks,two-check,2,2,passed,,,,",
            "Anna Müller 12,tasks,two-check,1.5,2,failed,\"two is 3, not 2\",2 hours,\"The points are the teacher's: nearly, so\",",
            "Ben Lee,tasks,two-check,0,2,unreadable,\"Nothing was handed in under the assignment's name. There is no notebook, but x.pdf.\",,,",
        ];
        Assert.Equal(rows, File.ReadAllLines(place.PathOf("out", "grades.csv")));
        Assert.Contains("nearly, so", File.ReadAllText(place.PathOf("out", "feedback", "Anna Müller 12.html")));
        using (var zip = ZipFile.OpenRead(place.PathOf("out", "feedback.zip")))
            Assert.Equal(["Anna Müller_11_assignsubmission_file_/tasks.html", "Anna Müller_12_assignsubmission_file_/tasks.html", "Ben Lee_13_assignsubmission_file_/tasks.html"], zip.Entries.Select(entry => entry.FullName));

        // Another teacher's notebook would give everybody another grade. Only the student who is named gets one, and without an override.
        place.Write(Path.Combine("instructor", "tasks.ipynb"), Answer("two", "2"), Check("two-check", "if (two > 3) throw new Exception();", 2));
        File.Delete(place.PathOf("overrides.csv"));
        var second = await place.RunAsync([.. command, "--only", "Anna Müller 12"]);
        Assert.Contains("Anna Müller 11 2 of 2, graded before", second.Output);
        Assert.Contains("Anna Müller 12 2 of 2\n", second.Output);
        rows[2] = "Anna Müller 12,tasks,two-check,2,2,passed,,2 hours,,";
        Assert.Equal(rows, File.ReadAllLines(place.PathOf("out", "grades.csv")));
        Assert.DoesNotContain("nearly, so", File.ReadAllText(place.PathOf("out", "feedback", "Anna Müller 12.html")));
    }

    [Theory]
    [InlineData("class --only ana", "--only ana: no student is called \"ana\"; near it: anna.")]
    [InlineData("class --due 30.11.2026", "--due 30.11.2026: expected a date such as 2026-11-30")]
    [InlineData("class --out class/out", "it lies in the folder of submissions")]
    [InlineData("empty", "empty: no submission is in it; expected STUDENT.ipynb")]
    [InlineData("broken.zip", "broken.zip cannot be read as a zip: it is not a zip, or not the whole of one")]
    [InlineData("nowhere.zip", "nowhere.zip: no such folder or zip")]
    [InlineData("wrong", "overrides.csv, line 2: no student is called \"bob\"")]
    public async Task What_is_wrong_with_a_class_is_told_before_anyone_is_graded(string arguments, string message)
    {
        foreach (var folder in new[] { "class", "wrong" })
            place.Write(Path.Combine(folder, "anna.ipynb"), Answer("two", "2"));
        File.WriteAllText(place.PathOf("wrong", "overrides.csv"), "student,task,points,remark\nbob,two-check,1,\n");
        Directory.CreateDirectory(place.PathOf("empty"));
        File.WriteAllText(place.PathOf("broken.zip"), "PK");
        var words = arguments.Split(' ');
        var run = await place.RunAsync(["grade", .. words, "--assignment", "instructor/tasks.ipynb", .. words.Contains("--out") ? [] : new[] { "--out", "out" }]);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(message, run.Error);
        Assert.False(Directory.Exists(place.PathOf("out")) || Directory.Exists(place.PathOf("class", "out")));
    }

    // Each notebook has the answer in it; an entry without an answer is no notebook.
    private void Zip(params (string Name, string Answer)[] entries)
    {
        using var zip = ZipFile.Open(place.PathOf("class.zip"), ZipArchiveMode.Create);
        foreach (var (name, answer) in entries)
        {
            using var writer = new StreamWriter(zip.CreateEntry(name).Open());
            writer.Write(answer.Length > 0 ? new Notebook([Answer("two", answer)]).ToJson() : "%PDF");
        }
    }

    private static NotebookCell Answer(string id, string value) => Graded($"int two = {value};", id, isCheck: false, 0);

    private static NotebookCell Check(string id, string source, double points) => Graded(source, id, isCheck: true, points);
}
