using CourseKit.Kernel.Grading;
using TaskStatus = CourseKit.Kernel.Grading.TaskStatus;

namespace CourseKit.Kernel.Tests.Grading;

public sealed class ClassOverviewTests
{
    [Fact]
    public void A_task_tells_what_went_wrong_most_often_and_files_that_nobody_can_read_say_nothing_of_it()
    {
        var page = ClassOverview.Render("tasks", [
            Of("anna", Grade(2, TaskStatus.Passed, "")),
            Of("ben", Grade(0, TaskStatus.Failed, "the mean is missing")),
            Of("cleo", Grade(0, TaskStatus.Killed, "it ran longer than 15 s")),
            Of("dan", Grade(0, TaskStatus.Failed, "the mean is missing")),
            .. Enumerable.Range(0, 3).Select(i => Of($"eva{i}", Grade(0, TaskStatus.Unreadable, "no notebook"))),
        ]);
        Assert.Contains("the mean is missing (2 times)<", page, StringComparison.Ordinal);
        Assert.DoesNotContain("no notebook", page, StringComparison.Ordinal);
        Assert.Contains("1 of 7", page, StringComparison.Ordinal);
    }

    [Fact]
    public void What_went_wrong_once_is_not_counted()
    {
        var page = ClassOverview.Render("tasks", [Of("ben", Grade(0, TaskStatus.Failed, "the mean is missing"))]);
        Assert.Contains("<td>the mean is missing</td>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Messages_that_differ_only_in_numbers_are_one_mistake_and_the_three_most_frequent_are_shown()
    {
        string[] messages = ["loss is 0.71, not 0.69", "loss is 1.5e-3, not 0.69", "loss is 0.71, not 0.69", "shape is (2, 3)", "shape is (2, 3)", "no answer", "rare <b>1</b>"];
        var page = ClassOverview.Render("tasks", [.. messages.Select((message, i) => Of($"s{i}", Grade(0, TaskStatus.Failed, message)))]);
        Assert.Contains("<td>loss is 0.71, not 0.69 (3 times, also with other numbers)<br>shape is (2, 3) (2 times)<br>no answer</td>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("rare", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_teachers_points_and_late_submissions_are_shown_as_such()
    {
        var late = new StudentGrades(new("anna", "a.ipynb") { Late = "2 h 5 min", Remark = "Graded as tasks.ipynb: x.ipynb." }, [Grade(2, TaskStatus.Failed, "no") with { TeachersRemark = "the <check> was wrong" }], ["two cells"], ["Marshal.Copy(a)"]);
        var page = ClassOverview.Render("tasks", [late, Of("ben", Grade(0, TaskStatus.Failed, "no"))]);
        Assert.Contains("<td>2 h 5 min late<br>Graded as tasks.ipynb: x.ipynb.<br>loss-check: The points are the teacher&#39;s: the &lt;check&gt; was wrong<br>two cells<br>⚠ suspicious: Marshal.Copy(a)</td>", page.Replace("&#x27;", "&#39;").Replace("teacher's", "teacher&#39;s"), StringComparison.Ordinal);
    }

    private static StudentGrades Of(string student, params TaskGrade[] tasks) => new(new(student, "x.ipynb"), tasks, [], []);

    private static TaskGrade Grade(double points, TaskStatus status, string message) => new("loss-check", points, 2, status, message);
}
