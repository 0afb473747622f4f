using System.Collections;
using System.Reflection;
using CourseKit.Display;
using CourseKit.Exercises;
using TorchSharp;

namespace CourseKit.Tests.Exercises;

/// <summary>What a student's code could try with a check that runs beside it, and how values are judged elsewhere.</summary>
[Collection("process-wide state")]
public sealed class CheckReportTests : IDisposable
{
    private const string Right = """{"check":"TwoNetworks","values":[[16,10],[16,1,6,6],[16],396]}""";
    private readonly object? display = AppContext.GetData(NotebookHost.DisplayHook), answer = AppContext.GetData(NotebookHost.AnswerHook);

    public void Dispose()
    {
        AppContext.SetData(NotebookHost.DisplayHook, display);
        AppContext.SetData(NotebookHost.AnswerHook, answer);
    }

    [Fact]
    public void Who_shows_a_report_cannot_change_it_or_its_verdict()
    {
        var shown = Show(report =>
        {
            var list = (IList)report.Findings;
            Assert.Throws<NotSupportedException>(list.Clear);
            Assert.Throws<NotSupportedException>(() => list[0] = (true, "right"));
        });
        Assert.Contains("latent is not answered yet", Assert.Throws<CheckFailedException>(() => Check.TwoNetworks(null, null, null, null)).Message, StringComparison.Ordinal);
        Assert.Equal(4, Assert.Single(shown).Findings.Count(finding => !finding.Holds));
    }

    [Fact]
    public void A_check_of_values_hands_them_in_before_it_judges_and_one_of_a_function_does_not()
    {
        List<string> answers = [];
        AppContext.SetData(NotebookHost.AnswerHook, (Action<string>)answers.Add);
        Show(_ => { });
        Check.TwoNetworks([16, 10], [16, 1, 6, 6], [16], 396);
        Assert.Throws<CheckFailedException>(() => Check.ShuffledPixels("\"<&\u00e9", null));
        Assert.Throws<CheckFailedException>(() => Check.BytesToPixels(bytes => bytes.alias()));
        Assert.Equal([Right, """{"check":"ShuffledPixels","values":["\u0022\u003C\u0026\u00E9",null]}"""], answers);
    }

    [Fact]
    public void The_judge_says_of_values_what_the_check_says()
    {
        Show(_ => { });
        Check.Judge(Right);
        Assert.Contains("360 are the weights", Assert.Throws<CheckFailedException>(() => Check.Judge(Right.Replace("396", "360", StringComparison.Ordinal))).Message, StringComparison.Ordinal);
        Assert.Contains("none of the choices", Assert.Throws<CheckFailedException>(() => Check.Judge("""{"check":"ShuffledPixels","values":["\u0022\u003C",null]}""")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_report_says_is_not_said_again_by_a_stack_trace()
    {
        Show(_ => { });
        var error = Assert.Throws<CheckFailedException>(() => Check.TwoNetworks(null, null, null, null));
        var line = Assert.IsType<string>(error.Data["notebook.traceback"]);
        Assert.DoesNotContain(error.Wrong, line, StringComparison.Ordinal);
        Assert.InRange(line.Length, 10, 60);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"check":"Judge","values":["{}"]}""")]
    [InlineData("""{"check":"Nothing","values":[]}""")]
    [InlineData("""{"check":"TwoNetworks","values":[[16,10]]}""")]
    [InlineData("""{"check":"TwoNetworks","values":["a","b","c","d"]}""")]
    [InlineData("""{"check":"TwoNetworks","values":[[1e99],null,null,null]}""")]
    [InlineData("""{"check":"BytesToPixels","values":[{}]}""")]
    [InlineData("""{"check":5,"values":7}""")]
    public void The_judge_refuses_what_is_no_answer(string answer) => Assert.Throws<ArgumentException>(() => Check.Judge(answer));

    [Fact]
    public void Each_check_that_takes_only_values_hands_them_in()
    {
        Show(_ => { });
        var ofValues = typeof(Check).GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Where(method => method.Name != nameof(Check.Judge) && method.GetParameters().All(parameter => !typeof(Delegate).IsAssignableFrom(parameter.ParameterType))).ToList();
        List<string> answers = [];
        AppContext.SetData(NotebookHost.AnswerHook, (Action<string>)answers.Add);
        foreach (var check in ofValues)
            Assert.Throws<CheckFailedException>(() => check.Invoke(null, BindingFlags.DoNotWrapExceptions, null, new object?[check.GetParameters().Length], null));
        Assert.Equal(14, ofValues.Count);
        Assert.Equal(ofValues.Select(check => check.Name), answers.Select(answer => answer.Split('"')[3]));
    }

    private static List<CheckReport> Show(Action<CheckReport> look)
    {
        List<CheckReport> shown = [];
        AppContext.SetData(NotebookHost.DisplayHook, (Func<object?, Action<object?>>)(value =>
        {
            shown.Add((CheckReport)value!);
            look((CheckReport)value!);
            return _ => { };
        }));
        return shown;
    }
}
