using CourseKit.Kernel.Grading;
using TaskStatus = CourseKit.Kernel.Grading.TaskStatus;

namespace CourseKit.Kernel.Tests.Grading;

public sealed class ClassOverviewTests
{
    [Fact]
    public void A_task_tells_what_went_wrong_most_often_and_files_that_nobody_can_read_say_nothing_of_it()
    {
        var page = ClassOverview.Render("tasks", [
            ("anna", [Grade(2, TaskStatus.Passed, "")]),
            ("ben", [Grade(0, TaskStatus.Failed, "the mean is missing")]),
            ("cleo", [Grade(0, TaskStatus.Killed, "it ran longer than 15 s")]),
            ("dan", [Grade(0, TaskStatus.Failed, "the mean is missing")]),
            .. Enumerable.Range(0, 3).Select(i => ($"eva{i}", (IReadOnlyList<TaskGrade>)[Grade(0, TaskStatus.Unreadable, "no notebook")])),
        ]);
        Assert.Contains("the mean is missing (2 times)<", page, StringComparison.Ordinal);
        Assert.DoesNotContain("no notebook", page, StringComparison.Ordinal);
        Assert.Contains("1 of 7", page, StringComparison.Ordinal);
    }

    [Fact]
    public void What_went_wrong_once_is_not_counted()
    {
        var page = ClassOverview.Render("tasks", [("ben", [Grade(0, TaskStatus.Failed, "the mean is missing")])]);
        Assert.Contains("<td>the mean is missing</td>", page, StringComparison.Ordinal);
    }

    private static TaskGrade Grade(double points, TaskStatus status, string message) => new("loss-check", points, 2, status, message);
}
