using System.Globalization;
using CourseKit.Cli.Shell;
using CourseKit.Kernel.Grading;
using Spectre.Console;

namespace CourseKit.Cli.Grading;

/// <summary>Receives the progress of grading. Several threads call it.</summary>
internal interface IGradeProgress
{
    /// <summary>A submission has its grade; <paramref name="anew"/> is false if an earlier run gave the grade.</summary>
    void Ends(string student, IReadOnlyList<TaskGrade> tasks, bool anew);
}

internal static class GradeProgress
{
    /// <summary>Shows the progress of grading: in a terminal a bar with the remaining time, else one line for each submission.</summary>
    public static Task<T> ShowAsync<T>(int submissions, Func<IGradeProgress, Task<T>> work) => CommandConsole.IsTerminal
        ? AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new ElapsedTimeColumn(), new RemainingTimeColumn())
            .StartAsync(context => work(new GradeBar(context, submissions)))
        : work(new GradeLines(submissions));
}

internal sealed class GradeBar(ProgressContext context, int submissions) : IGradeProgress
{
    private readonly ProgressTask _bar = context.AddTask("graded", maxValue: submissions);
    private int _done;

    public void Ends(string student, IReadOnlyList<TaskGrade> tasks, bool anew)
    {
        _bar.Description = $"{Interlocked.Increment(ref _done)} of {submissions} graded";
        _bar.Increment(1);
    }
}

internal sealed class GradeLines(int submissions) : IGradeProgress
{
    private int _done;

    public void Ends(string student, IReadOnlyList<TaskGrade> tasks, bool anew) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"[{Interlocked.Increment(ref _done)}/{submissions}] {PrintableText.Line(student)} {tasks.Sum(task => task.Points):0.##} of {tasks.Sum(task => task.MaxPoints):0.##}{(anew ? "" : ", graded before")}"));
}
