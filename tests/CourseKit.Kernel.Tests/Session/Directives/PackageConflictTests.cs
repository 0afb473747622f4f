namespace CourseKit.Kernel.Tests.Session.Directives;

/// <summary>Several <c>#r "nuget: ..."</c> in one session, from a folder beside the notebook.</summary>
[Trait("Cost", "slow")]
public sealed class PackageConflictTests : SessionTest, IClassFixture<LocalFeed>
{
    private void Feed(params (string Id, string Version, string Dependencies)[] packages)
    {
        LocalFeed.Configure(Folder, ("local", "feed"));
        foreach (var (id, version, dependencies) in packages)
            LocalFeed.Add(Path.Combine(Folder, "feed"), id, version, dependencies);
    }

    [Fact]
    public async Task What_the_loaded_version_satisfies_is_accepted_without_a_word()
    {
        Feed(("Conflict.A", "1.5.0", ""));
        Assert.Equal("Package Conflict.A 1.5.0", (await RunAsync("#r \"nuget: Conflict.A\"")).Ok().Displays[^1].Data.Text("text/plain"));
        foreach (var asked in new[] { "Conflict.A", "conflict.a, 1.5", "CONFLICT.A, 1.*", "Conflict.A, [1.0, 2.0)", "Conflict.A, *", "Conflict.A,1.5.0" })
            Assert.Empty((await RunAsync($"#r \"nuget: {asked}\"")).Ok().Outputs);
        Assert.Equal("1.5.0", (await RunAsync("ConflictA.Kind.Version")).Ok().Value);
    }

    [Fact]
    public async Task A_conflict_names_what_is_loaded_the_line_that_loaded_it_and_the_remedy()
    {
        Feed(("Conflict.A", "1.5.0", ""));
        (await RunAsync("var before = 1;\n#r \"nuget: Conflict.A, 1.*\"")).Ok();
        var error = (await RunAsync("// why\n#r \"nuget: conflict.a, 2.0.0\"")).Error;
        Assert.Equal("#r \"nuget: conflict.a, 2.0.0\": Conflict.A 1.5.0 is loaded already, by #r \"nuget: Conflict.A, 1.*\" in cell 1. "
            + "Two versions of a package do not fit into one session. Ask for 1.5.0, or restart the session and run #r \"nuget: conflict.a, 2.0.0\" first.", error.Message);
        Assert.Equal(2, error.Line);
        Assert.Equal("1", (await RunAsync("before")).Ok().Value);
    }

    [Fact]
    public async Task A_dependency_counts_as_loaded()
    {
        Feed(("Conflict.A", "1.0.0", LocalFeed.Needs("Conflict.B", "1.0.0")), ("Conflict.B", "1.0.0", ""), ("Conflict.B", "2.0.0", ""));
        (await RunAsync("#r \"nuget: Conflict.A, 1.0.0\"")).Ok();
        Assert.Empty((await RunAsync("#r \"nuget: Conflict.B, 1.0.0\"")).Ok().Outputs);
        Assert.Equal("#r \"nuget: Conflict.B, 2.0.0\": Conflict.B 1.0.0 is loaded already, by #r \"nuget: Conflict.A, 1.0.0\" in cell 1. "
            + "Two versions of a package do not fit into one session. Ask for 1.0.0, or restart the session and run #r \"nuget: Conflict.B, 2.0.0\" first.",
            (await RunAsync("#r \"nuget: Conflict.B, 2.0.0\"")).Error.Message);
        Assert.Equal("1.0.0", (await RunAsync("ConflictB.Kind.Version")).Ok().Value);
    }

    [Theory]
    [InlineData("2.0.0", "(>= 2.0.0)")]
    [InlineData("[2.0.0]", "(= 2.0.0)")]
    [InlineData("(,1.0.0)", "(< 1.0.0)")]
    public async Task A_package_that_needs_another_version_of_a_loaded_one_says_so_each_time(string range, string shown)
    {
        Feed(("Conflict.A", "1.0.0", LocalFeed.Needs("Conflict.B", "1.0.0")), ("Conflict.B", "0.5.0", ""), ("Conflict.B", "1.0.0", ""), ("Conflict.B", "2.0.0", ""),
            ("Conflict.C", "1.0.0", LocalFeed.Needs("Conflict.B", range)));
        (await RunAsync("#r \"nuget: Conflict.A\"")).Ok();
        for (var i = 0; i < 2; i++)
        {
            var ran = await RunAsync("#r \"nuget: Conflict.C\"");
            Assert.Equal($"#r \"nuget: Conflict.C\": Conflict.C needs Conflict.B {shown}, and Conflict.B 1.0.0 is loaded already, by #r \"nuget: Conflict.A\" in cell 1. "
                + "Two versions of a package do not fit into one session. Restart the session and run #r \"nuget: Conflict.C\" first.", ran.Error.Message);
            Assert.DoesNotContain(ran.Displays, display => display.Data.Text("text/plain") == "Package Conflict.C 1.0.0");
        }
        Assert.Contains("ConflictC", (await RunAsync("ConflictC.Kind.Version")).Error.Message, StringComparison.Ordinal);
        Assert.Equal("1.0.0", (await RunAsync("ConflictB.Kind.Version")).Ok().Value);
    }

    [Fact]
    public async Task A_package_that_is_content_with_the_loaded_dependency_gets_it()
    {
        Feed(("Conflict.B", "2.0.0", ""), ("Conflict.B", "1.0.0", ""), ("Conflict.C", "1.0.0", LocalFeed.Needs("Conflict.B", "1.0.0")));
        (await RunAsync("#r \"nuget: Conflict.B, 2.0.0\"")).Ok();
        (await RunAsync("#r \"nuget: Conflict.C, 1.0.0\"")).Ok();
        Assert.Equal("2.0.0 1.0.0", (await RunAsync("ConflictB.Kind.Version + ' ' + ConflictC.Kind.Version")).Ok().Value);
    }

    [Fact]
    public async Task After_a_failure_the_next_line_starts_from_what_is_loaded()
    {
        Feed(("Conflict.A", "1.0.0", ""), ("Conflict.B", "1.0.0", ""));
        (await RunAsync("#r \"nuget: Conflict.A, 1.0.0\"")).Ok();
        Assert.Equal("#r \"nuget: Conflict.B, 7.0.0\": there is no such version. The nearest of the 1 there are is 1.0.0.", (await RunAsync("#r \"nuget: Conflict.B, 7.0.0\"")).Error.Message);
        (await RunAsync("#r \"nuget: Conflict.B, 1.0.0\"")).Ok();
        Assert.Equal("1.0.0", (await RunAsync("ConflictB.Kind.Version")).Ok().Value);
    }
}
