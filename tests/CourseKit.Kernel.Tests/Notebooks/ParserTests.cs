using CourseKit.Tests.Parsers;

namespace CourseKit.Kernel.Tests.Notebooks;

[Trait("Cost", "slow")]
public sealed class ParserTests
{
    // `tests/long parsers` takes as many as one likes.
    [Fact]
    public void Two_thousand_inputs_that_are_nearly_right_are_read_or_refused_as_documented_with_little_memory()
    {
        using var parsers = new KernelParsers();
        var fuzzed = parsers.All.Select(parser => Fuzzed.Run(parser, 2000, 1)).ToList();
        Assert.Empty(fuzzed.SelectMany(one => one.Faults.Take(5).Select(fault => $"{one.Parser}, {fault}")));
        // Inputs of both kinds are among them, else the inputs try little.
        Assert.All(fuzzed, one => Assert.InRange(one.Refused, 200, 1950));
    }
}
