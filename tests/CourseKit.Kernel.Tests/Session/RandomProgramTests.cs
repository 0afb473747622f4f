namespace CourseKit.Kernel.Tests.Session;

public sealed class RandomProgramTests
{
    // `tests/long checks` runs thousands.
    [Fact]
    [Trait("Cost", "slow")]
    public void Twenty_random_programs_give_the_same_with_checks()
    {
        for (var seed = 1; seed <= 20; seed++)
            Assert.Null(RandomProgram.Difference(seed));
    }
}
