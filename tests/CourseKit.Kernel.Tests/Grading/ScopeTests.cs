using CourseKit.Kernel.Grading;

namespace CourseKit.Kernel.Tests.Grading;

public sealed class ScopeTests
{
    [Fact]
    public void A_user_asks_the_own_systemd_and_the_superuser_that_of_the_system()
    {
        string[] limits = ["--scope", "--quiet", "--collect", "--property", "MemoryMax=4596000000", "--property", "MemorySwapMax=0", "--property", "TasksMax=256", "--"];
        Assert.Equal(["/usr/bin/systemd-run", "--user", .. limits], Scope.Command("/usr/bin/systemd-run", isSuperuser: false, Limits.Default));
        Assert.Equal(["/usr/bin/systemd-run", .. limits], Scope.Command("/usr/bin/systemd-run", isSuperuser: true, Limits.Default));
    }
}
