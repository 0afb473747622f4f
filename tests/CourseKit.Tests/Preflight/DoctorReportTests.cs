using System.Text.Json;
using CourseKit.Display;
using CourseKit.Preflight;

namespace CourseKit.Tests.Preflight;

public sealed class DoctorReportTests
{
    private static readonly DoctorReport Report = new(
    [
        DoctorCheck.Ok("sdk", ".NET SDK 10.0.401"), DoctorCheck.Limited("gpu", "a <GPU>, but no driver", "Install one."), DoctorCheck.Broken("data", "gone", "Get it."),
    ]);

    [Fact]
    public void Its_JSON_is_what_scripts_rely_on()
    {
        using var json = JsonDocument.Parse(Report.ToJson());
        Assert.Equal(["checks"], json.RootElement.EnumerateObject().Select(field => field.Name));
        Assert.Equal(["sdk ok .NET SDK 10.0.401 null", "gpu limited a <GPU>, but no driver Install one.", "data broken gone Get it."],
            json.RootElement.GetProperty("checks").EnumerateArray().Select(check =>
            {
                Assert.Equal(["name", "status", "found", "remedy"], check.EnumerateObject().Select(field => field.Name));
                return string.Join(' ', check.EnumerateObject().Select(field => field.Value.GetString() ?? "null"));
            }));
    }

    [Fact]
    public void The_worst_check_counts()
    {
        Assert.Equal((CheckStatus.Broken, "The course does not work here: data."), (Report.Status, Report.Summary));
        var limited = new DoctorReport([Report.Checks[0]]).With(Report.Checks[1]);
        Assert.Equal((CheckStatus.Limited, "The course works, with limits: gpu."), (limited.Status, limited.Summary));
        Assert.Equal([0, 1, 2], new[] { CheckStatus.Ok, CheckStatus.Limited, CheckStatus.Broken }.Select(status => (int)status));
    }

    [Fact]
    public void In_a_notebook_it_is_a_table()
    {
        var bundle = ((IDisplayable)Report).Bundle;
        Assert.Equal(["text/html", "text/plain"], bundle.Select(part => part.MimeType));
        Assert.Contains("a &lt;GPU&gt;, but no driver<br><em>Install one.</em>", bundle[0].Text, StringComparison.Ordinal);
        Assert.Contains("limited  gpu        a <GPU>, but no driver\n                    -> Install one.\n", bundle[1].Text, StringComparison.Ordinal);
        Assert.EndsWith("The course does not work here: data.", bundle[1].Text, StringComparison.Ordinal);
    }
}
