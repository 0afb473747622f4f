using System.Text.RegularExpressions;
using CourseKit.Kernel.Display;
using CourseKit.Kernel.Session.Packages;

namespace CourseKit.Kernel.Tests.Session.Directives;

public sealed class PackageTests : SessionTest
{
    [Fact]
    public async Task A_package_is_restored_once_and_found_the_second_time()
    {
        const string code = "#r \"nuget: Newtonsoft.Json, 13.0.4\"\nusing Newtonsoft.Json;\nJsonConvert.SerializeObject(new[] { 1 })";
        var ran = await RunAsync(code);
        SkipWithoutNetwork(ran);
        Assert.Equal("[1]", ran.Ok().Value);
        await using var second = new Kernel.Session.CSharpSession(Folder);
        List<CellOutput> outputs = [];
        Assert.True((await second.RunAsync(code, "1", outputs.Add, cancel: TestContext.Current.CancellationToken)).Ok);
        Assert.Equal("Package Newtonsoft.Json 13.0.4", outputs.OfType<DisplayOutput>().Single().Data.Text("text/plain"));
    }

    [Fact]
    public async Task Without_a_version_the_one_taken_is_named()
    {
        var ran = await RunAsync("#r \"nuget: newtonsoft.json\"");
        SkipWithoutNetwork(ran);
        Assert.Matches(@"^Package newtonsoft\.json \d+\.\d+\.\d+$", ran.Ok().Displays[^1].Data.Text("text/plain"));
    }

    [Fact]
    [Trait("Cost", "slow")]
    public async Task A_package_there_is_not_is_named_so_and_the_progress_ends()
    {
        var ran = await RunAsync("1\n#r \"nuget: No.Such.Package.Of.Ours, 1.0.0\"");
        SkipWithoutNetwork(ran);
        Assert.Equal("#r \"nuget: No.Such.Package.Of.Ours, 1.0.0\": there is no such package. Check how its name is written.", ran.Error.Message);
        Assert.Equal(2, ran.Error.Line);
        Assert.Equal("Fetching package No.Such.Package.Of.Ours 1.0.0 ...", ran.Displays[0].Data.Text("text/plain"));
        Assert.Equal("Package No.Such.Package.Of.Ours 1.0.0: not fetched.", ran.Displays[^1].Data.Text("text/plain"));
        Assert.Single(ran.Displays.Select(display => display.DisplayId).Distinct());
    }

    [Fact]
    [Trait("Cost", "slow")]
    public async Task A_version_there_is_not_comes_with_the_nearest_one()
    {
        var ran = await RunAsync("#r \"nuget: Newtonsoft.Json, 99.0.0\"");
        SkipWithoutNetwork(ran);
        Assert.Matches(@"there is no such version\. The nearest of the \d+ there are is \d+\.\d+\S*\.$", ran.Error.Message);
    }

    [Fact]
    [Trait("Cost", "slow")]
    public async Task Without_a_network_it_says_what_failed_but_no_address_while_the_seconds_count()
    {
        var ran = await WithoutNetworkAsync("#r \"nuget: No.Such.Package.Of.Ours, 1.0.1\"");
        Assert.EndsWith("the package source cannot be reached (the connection was refused); is there a network? Packages fetched before work without.", ran.Error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", string.Join('\n', ran.Error.Traceback), StringComparison.Ordinal);
        Assert.Contains(ran.Displays, display => display.IsUpdate && Regex.IsMatch(display.Data.Text("text/plain")!, @"\.\.\. \d+ s"));
    }

    // The SDK tells of its retries only for a source whose index it knows. It keeps an index for half an hour, so the first fetch brings it.
    [Fact]
    [Trait("Cost", "slow")]
    public async Task A_source_that_no_longer_answers_is_told_while_it_is_tried_again()
    {
        SkipWithoutNetwork(await RunAsync("#r \"nuget: No.Such.Package.Of.Ours, 1.0.3\""));
        var ran = await WithoutNetworkAsync("#r \"nuget: No.Such.Package.Of.Ours.Either, 1.0.3\"");
        Assert.Contains(ran.Displays, display => display.IsUpdate && display.Data.Text("text/plain")!.EndsWith(" s, the package source does not answer, trying again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_fetch_may_be_stopped()
    {
        using var stop = new CancellationTokenSource();
        var ran = await RunUntilAsync("#r \"nuget: No.Such.Package.Of.Ours, 1.0.2\"", output => stop.Cancel(), stop.Token);
        Assert.Equal("Stopped.", ran.Error.Message);
        Assert.Equal("Package No.Such.Package.Of.Ours 1.0.2: not fetched.", ran.Displays[^1].Data.Text("text/plain"));
        (await RunAsync("1")).Ok();
    }

    [Theory]
    [InlineData("NU1301: Unable to load the service index for source https://a.b/c.\n  Name or service not known (a.b:443)", "(its name is not known)")]
    [InlineData("NU1301: Failed.\n  Response status code does not indicate success: 401 (Unauthorized).", "(it asks for a name and a password)")]
    [InlineData("NU1301: Failed.\n  Response status code does not indicate success: 503 (Unavailable).", "(it answers with an error of its own)")]
    [InlineData("NU1301: Something new.", "cannot be reached; is there a network?")]
    [InlineData("NU1103: Unable to find a stable package X with version\n  - Found 3 version(s) in z [ Nearest version: 1.0.0-beta ]", "The nearest of the 3 there are is 1.0.0-beta.")]
    [InlineData("NU1202: Package X 1.0.0 is not compatible with net10.0 (https://a.b/c) in /home/me/x/y.csproj", "NU1202: Package X 1.0.0 is not compatible with net10.0 ((address) in (file)")]
    public void The_kind_of_failure_is_told_without_addresses_and_folders(string error, string expected)
    {
        var reason = RestoreFailure.Reason([error]);
        Assert.Contains(expected, reason, StringComparison.Ordinal);
        Assert.DoesNotContain("a.b", reason, StringComparison.Ordinal);
    }

    private async Task<Ran> WithoutNetworkAsync(string source)
    {
        string[] names = ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "no_proxy", "NO_PROXY"];
        var before = names.Select(Environment.GetEnvironmentVariable).ToList();
        foreach (var name in names)
            Environment.SetEnvironmentVariable(name, name.StartsWith("no", StringComparison.OrdinalIgnoreCase) ? "" : "http://127.0.0.1:9");
        try
        {
            return await RunAsync(source);
        }
        finally
        {
            foreach (var (name, value) in names.Zip(before))
                Environment.SetEnvironmentVariable(name, value);
        }
    }
}
