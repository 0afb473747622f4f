using CourseKit.Notebooks.Tests;

namespace CourseKit.Cli.Tests.Classes;

[Trait("Cost", "process")]
public sealed class ClassTests
{
    // `tests/long honest` grades hundreds, which take up to 40 seconds each.
    [Fact]
    public async Task Right_answers_get_full_marks_each_in_its_own_way_and_none_is_suspicious() =>
        Assert.Empty(await HonestClass.WrongedAsync(count: 6, shortest: 0.1, longest: 2));

    // `tests/long hostile` grades all of them.
    [Fact]
    public async Task Hostile_students_get_the_grades_that_are_theirs()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links, pipes and names that Windows does not have");
        var end = await HostileClass.RunAsync(BuiltCourse.Program, count: 31);
        Assert.Empty(end.Wrong);
        Assert.Equal(62, end.Rows);
    }
}
