namespace CourseKit.Cli.Tests.Classes;

public sealed class ManySubmissionsTests
{
    // `tests/long submissions` takes as many as one likes.
    [Fact]
    [Trait("Cost", "process")]
    public async Task A_thousand_mutated_submissions_are_unreadable_for_a_reason_or_are_graded_by_all_checks()
    {
        using var many = new ManySubmissions();
        var seeds = Enumerable.Range(1, 1000).ToList();
        var ends = await many.EndsAsync(seeds, TestContext.Current.CancellationToken);
        Assert.Equal(seeds, ends.Select(end => end.Of.Seed));
        Assert.Empty(ends.Where(end => end.Fault is not null).Select(end => $"seed {end.Of.Seed}: {end.Fault}"));
        Assert.Empty(await many.GradedAsync(seeds.Take(200)));
        // All kinds of ends are among them.
        Assert.InRange(ends.Count(end => end.Unreadable), 200, 600);
        Assert.Contains(ends, end => end.Unparsed > 0);
    }
}
