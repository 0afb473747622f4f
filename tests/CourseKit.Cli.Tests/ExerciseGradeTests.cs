using System.Globalization;
using CourseKit.Notebooks.Tests;

namespace CourseKit.Cli.Tests;

/// <summary>The course's own exercises: whoever solves one gets all its points, and the students' version handed in as it is gets none, with a word for each task.</summary>
[Trait("Cost", "lecture")]
public sealed class ExerciseGradeTests : IDisposable
{
    private static readonly string Notebooks = Path.Combine(BuiltCourse.Root, "notebooks");
    private readonly Workplace place = new();

    public static TheoryData<string> Exercises => [.. Directory.GetFiles(Path.Combine(Notebooks, "instructor"), "*.ipynb").Select(path => Path.GetFileName(path)).Order()];

    public void Dispose() => place.Dispose();

    [Theory]
    [MemberData(nameof(Exercises))]
    public async Task Solutions_get_all_points_and_the_untouched_version_none(string exercise)
    {
        var teachers = Path.Combine(Notebooks, "instructor", exercise);
        Directory.CreateDirectory(place.PathOf("class"));
        File.Copy(Path.Combine(Notebooks, "exercises", exercise), place.PathOf("class", "untouched.ipynb"));

        var run = await place.RunAsync("grade", "class", "--assignment", teachers, "--out", "out");

        // Before anybody is graded, the solutions must have got all points: else this ends with another code.
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var rows = File.ReadAllLines(place.PathOf("out", "grades.csv")).Skip(1).Select(line => line.Split(',', 7)).ToLookup(row => row[0]);
        Assert.InRange(rows["untouched"].Count(), 4, 6);
        Assert.Equal(10, rows["untouched"].Sum(row => int.Parse(row[4], CultureInfo.InvariantCulture)));
        Assert.All(rows["untouched"], row => Assert.Equal(("0", "failed"), (row[3], row[5])));
        Assert.All(rows["untouched"], row => Assert.Matches("not answered yet|not done yet|no prediction yet", row[6]));
    }
}
