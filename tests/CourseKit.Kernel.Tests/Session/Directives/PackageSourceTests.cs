namespace CourseKit.Kernel.Tests.Session.Directives;

[Trait("Cost", "slow")]
public sealed class PackageSourceTests : SessionTest, IClassFixture<LocalFeed>
{
    [Theory]
    [InlineData("#i \"nuget: feed\"", "feed")]
    [InlineData("#i \"nuget:./feed/\"", "feed")]
    [InlineData("#i   \"NuGet : feed\"  ", "feed")]
    [InlineData("  #i \"nuget: .\\feed\"", "feed")]
    [InlineData("#i \"nuget: a folder, 100% $(mine) & 'yours'\"", "a folder, 100% $(mine) & 'yours'")]
    [InlineData("#i \"nuget: FOLDER/feed\"", "feed")]
    [InlineData("#i \"nuget: file://FOLDER/my%20feed\"", "my feed")]
    public async Task A_folder_is_a_source_for_later_lines(string line, string feed)
    {
        LocalFeed.Configure(Folder);
        LocalFeed.Add(Path.Combine(Folder, feed), "Source.A", "1.0.0");
        Assert.Equal("1.0.0", (await RunAsync(line.Replace("FOLDER", Folder, StringComparison.Ordinal) + "\n#r \"nuget: Source.A\"\nSourceA.Kind.Version")).Ok().Value);
    }

    [Fact]
    public async Task Sources_add_up_and_are_of_one_session_only()
    {
        LocalFeed.Configure(Folder, ("beside", "beside"));
        foreach (var name in new[] { "beside", "one", "two" })
            LocalFeed.Add(Path.Combine(Folder, name), $"Source.{name}", "1.0.0");
        (await RunAsync("#i \"nuget: one\"")).Ok();
        Assert.Empty((await RunAsync("#i \"nuget: one\"\n#i \"nuget: two\"")).Ok().Outputs);
        (await RunAsync("#r \"nuget: Source.one\"\n#r \"nuget: Source.two\"\n#r \"nuget: Source.beside\"")).Ok();
        await using var other = new Kernel.Session.CSharpSession(Folder);
        var error = (await other.RunAsync("#r \"nuget: Source.two\"", "1", _ => { }, cancel: TestContext.Current.CancellationToken)).Error!;
        Assert.Equal("#r \"nuget: Source.two\": there is no such package. Check how its name is written.", error.Message);
    }

    [Theory]
    [InlineData("#i \"nuget: nowhere\"", "#i \"nuget: nowhere\": the folder FOLDER/nowhere does not exist. Relative paths start from the notebook's folder; a URL starts with https://.")]
    [InlineData("#i \"nuget: nuget.config\"", "#i \"nuget: nuget.config\": FOLDER/nuget.config is a file. Expected a folder with .nupkg files, or a URL.")]
    [InlineData("#i \"nuget: http://h.invalid/v3/index.json\"", "#i \"nuget: http://h.invalid/v3/index.json\": NuGet refuses http without a special permission. Use https, or name the source in a nuget.config beside the notebook, with allowInsecureConnections=\"true\".")]
    [InlineData("#i \"nuget: ftp://h.invalid/\"", "#i \"nuget: ftp://h.invalid/\": expected a URL with https or a folder, as in #i \"nuget: https://HOST/v3/index.json\" or #i \"nuget: ./packages\".")]
    [InlineData("#i \"nuget: https://\"", "#i \"nuget: https://\": expected a URL with https or a folder, as in #i \"nuget: https://HOST/v3/index.json\" or #i \"nuget: ./packages\".")]
    [InlineData("#i \"nuget:\"", "#i \"nuget: \": expected a URL with https or a folder, as in #i \"nuget: https://HOST/v3/index.json\" or #i \"nuget: ./packages\".")]
    [InlineData("#i \"packages\"", "#i \"packages\": expected a source of packages in double quotes, as in #i \"nuget: https://HOST/v3/index.json\" or #i \"nuget: ./packages\".")]
    [InlineData("#i \"nuget: a", "#i \"nuget: a: expected a source of packages in double quotes, as in #i \"nuget: https://HOST/v3/index.json\" or #i \"nuget: ./packages\".")]
    public async Task What_is_no_source_is_told(string line, string message)
    {
        LocalFeed.Configure(Folder);
        var error = (await RunAsync($"1\n{line}")).Error;
        Assert.Equal(message.Replace("FOLDER", Folder, StringComparison.Ordinal), error.Message);
        Assert.Equal(2, error.Line);
    }

    [Fact]
    public async Task A_source_that_does_not_answer_is_named_and_does_not_stop_later_lines()
    {
        LocalFeed.Configure(Folder, ("beside", "feed"));
        LocalFeed.Add(Path.Combine(Folder, "feed"), "Source.A", "1.0.0");
        var error = (await RunAsync("#i \"nuget: https://127.0.0.1:9/v3/index.json\"\n#r \"nuget: Source.A\"")).Error;
        Assert.Equal("#r \"nuget: Source.A\": the package source 'https://127.0.0.1:9/v3/index.json' cannot be reached (the connection was refused); is there a network? "
            + "Packages fetched before work without. It is left out from now on. Mend or repeat #i \"nuget: https://127.0.0.1:9/v3/index.json\" to use it.", error.Message);
        (await RunAsync("#r \"nuget: Source.A\"")).Ok();
    }

    [Fact]
    public async Task A_folder_that_went_away_is_named()
    {
        LocalFeed.Configure(Folder);
        LocalFeed.Add(Path.Combine(Folder, "feed"), "Source.A", "1.0.0");
        (await RunAsync("#i \"nuget: feed\"")).Ok();
        Directory.Delete(Path.Combine(Folder, "feed"), recursive: true);
        Assert.Equal("#r \"nuget: Source.A\": the folder of the package source 'feed' does not exist. It is left out from now on. Mend or repeat #i \"nuget: feed\" to use it.",
            (await RunAsync("#r \"nuget: Source.A\"")).Error.Message);
    }

    [Theory]
    [InlineData("nuget.config")]
    [InlineData("NuGet.Config")]
    public async Task The_configuration_above_the_notebook_holds(string name)
    {
        var course = Path.Combine(Folder, "course");
        LocalFeed.Configure(Folder, ("school", "feed"));
        File.Move(Path.Combine(Folder, "nuget.config"), Path.Combine(Folder, name));
        LocalFeed.Add(Path.Combine(Folder, "feed"), "Source.A", "1.0.0");
        await using var session = new Kernel.Session.CSharpSession(Directory.CreateDirectory(Path.Combine(course, "week 1")).FullName);
        Assert.Null((await session.RunAsync("#r \"nuget: Source.A\"", "1", _ => { }, cancel: TestContext.Current.CancellationToken)).Error);
    }

    [Fact]
    public async Task A_source_of_the_configuration_that_is_not_there_is_told_by_its_name()
    {
        LocalFeed.Configure(Folder, ("school", "no/such"));
        var error = (await RunAsync("#r \"nuget: Source.A\"")).Error;
        Assert.Equal("#r \"nuget: Source.A\": the folder of the package source 'school' does not exist. It is named in the nuget.config of the notebook's folder or one above.", error.Message);
        Assert.DoesNotContain(Folder, string.Join('\n', error.Traceback), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configuration_without_sources_is_told()
    {
        LocalFeed.Configure(Folder);
        Assert.Equal("#r \"nuget: Source.A\": there is no package source for it. Either no nuget.config names a source, or the packageSourceMapping of one leaves this package out. "
            + "Name one in a nuget.config beside the notebook, or with #i \"nuget: SOURCE\".", (await RunAsync("#r \"nuget: Source.A\"")).Error.Message);
    }

    [Fact]
    public async Task A_broken_configuration_is_named()
    {
        File.WriteAllText(Path.Combine(Folder, "nuget.config"), "<configuration><packageSources>");
        Assert.Equal("#r \"nuget: Source.A\": it could not be restored.\nNuGet.Config is not valid XML. Path: 'nuget.config'.\nUnexpected end of file has occurred. "
            + "The following elements are not closed: packageSources, configuration. Line 1, position 32.", (await RunAsync("#r \"nuget: Source.A\"")).Error.Message);
    }

    [Fact]
    public async Task Another_configuration_is_another_question_for_the_newest_version()
    {
        LocalFeed.Configure(Folder, ("one", "one"));
        LocalFeed.Add(Path.Combine(Folder, "one"), "Source.A", "1.0.0");
        LocalFeed.Add(Path.Combine(Folder, "two"), "Source.A", "2.0.0");
        Assert.Equal("Package Source.A 1.0.0", (await RunAsync("#r \"nuget: Source.A\"")).Ok().Displays[^1].Data.Text("text/plain"));
        await using var other = new Kernel.Session.CSharpSession(Folder);
        Assert.Null((await other.RunAsync("#i \"nuget: two\"\n#r \"nuget: Source.A\"\nif (SourceA.Kind.Version != \"2.0.0\") throw new();", "1", _ => { },
            cancel: TestContext.Current.CancellationToken)).Error);
    }
}
