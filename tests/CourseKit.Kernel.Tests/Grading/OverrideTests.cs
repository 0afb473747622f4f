using System.Text;
using System.Text.Json.Nodes;
using CourseKit.Kernel.Grading;
using CourseKit.Kernel.Notebooks;
using TaskStatus = CourseKit.Kernel.Grading.TaskStatus;

namespace CourseKit.Kernel.Tests.Grading;

public sealed class OverrideTests : IDisposable
{
    private static readonly string[] Students = ["anna", "ben", "Müller, Jörg", "-x"];
    private readonly ClassPlace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void Rows_name_their_columns_in_any_order_and_quotes_and_rows_of_grades_csv_do()
    {
        Assert.Equal([new("Müller, Jörg", "loss", 1.5, "two\nlines, \"quoted\""), new("-x", "loss", 0, "")],
            Read("\uFEFFtask,student,assignment,points,remark\r\nloss,\"Müller, Jörg\",a,1.5,\"two\nlines, \"\"quoted\"\"\"\r\n\r\nloss,'-x,a,0\r\n"));
        Assert.Equal([new("anna", "loss", 1.5, "gut")], Read("student;task;points;remark\nanna;loss;1,5;gut"));
        Assert.Empty(Override.Read(place.PathOf("nowhere.csv"), Students, Checks));
        Assert.Empty(Read(""));
    }

    [Theory]
    [InlineData("student,task,points\nana,loss,1\n", "line 2: no student is called \"ana\"; near it: anna.")]
    [InlineData("student,task,points\nanna,loss,1\n\n\"ben\",lss,1\n", "line 4: no task is called \"lss\"; near it: loss.")]
    [InlineData("student,task,points\nanna,loss,3\n", "line 2: points \"3\": expected a number from 0 to 2, what loss is worth.")]
    [InlineData("student,task,points\nanna,loss,-1\n", "line 2: points \"-1\"")]
    [InlineData("student,task,points\nanna,loss,NaN\n", "line 2: points \"NaN\"")]
    [InlineData("student,task,points\nanna,loss,two\n", "line 2: points \"two\"")]
    [InlineData("student,task,points\nanna,loss,1\nanna,loss,2\n", "line 3: anna has loss on an earlier line too")]
    [InlineData("anna,loss,1\nben,loss,2", "line 2: no student; expected a first line with student,task,points,remark")]
    [InlineData("student,task,points\nanna,loss\n", "line 2: no points")]
    [InlineData("student,task,points,remark\nanna,loss,1,\"open\n", "line 2: a quote without an end")]
    public void A_wrong_line_is_named(string text, string message) =>
        Assert.Contains($"{place.PathOf("overrides.csv")}, {message}", Assert.Throws<InvalidDataException>(() => Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_file_of_another_encoding_is_told_as_such()
    {
        File.WriteAllBytes(place.PathOf("overrides.csv"), Encoding.Latin1.GetBytes("student,task,points\nMüller,loss,1"));
        Assert.Contains("not UTF-8; save it as \"CSV UTF-8\"", Assert.Throws<InvalidDataException>(() => Override.Read(place.PathOf("overrides.csv"), Students, Checks)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_points_of_a_student_become_the_teachers_and_the_checks_message_stays()
    {
        TaskGrade[] tasks = [new("loss", 0, 2, TaskStatus.Failed, "wrong"), new("other", 1, 1, TaskStatus.Passed, "")];
        Assert.Equal([new("loss", 1.5, 2, TaskStatus.Failed, "wrong") { TeachersRemark = "half" }, tasks[1]], Override.Apply([new("anna", "loss", 1.5, "half")], "anna", tasks));
        Assert.Equal(tasks, Override.Apply([new("anna", "loss", 1.5, "half")], "ben", tasks));
    }

    private IReadOnlyList<Override> Read(string text) => Override.Read(place.With("overrides.csv", text).PathOf("overrides.csv"), Students, Checks);

    private static IReadOnlyList<GradeCell> Checks { get; } = GradeCell.Of(new Notebook([Check()]), "t");

    private static NotebookCell Check()
    {
        var cell = NotebookCell.Code("1");
        cell.Metadata["nbgrader"] = new JsonObject { ["schema_version"] = 3, ["grade"] = true, ["solution"] = false, ["locked"] = true, ["grade_id"] = "loss", ["points"] = 2.0 };
        return cell;
    }
}
