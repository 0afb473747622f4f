// Writes mnist-judge.safetensors, the classifier that measures generated digits: dotnet run data/make-judge.cs
// The same bytes each time on the same kind of processor; on another the last bits differ.
#:project ../lib/CourseKit/CourseKit.csproj
#:property PublishAot=false
using System.Runtime.CompilerServices;
using CourseKit;
using CourseKit.Data;
using CourseKit.Files;
using CourseKit.Training;

Course.Start();
var train = Datasets.Load("mnist").Train;
using var judge = ClassifierTrainer.Train(train.Images, train.Labels!, train.ClassNames.Count);
Console.WriteLine($"{Weights.Save(Path.Combine(Here(), "mnist-judge.safetensors"), judge)} bytes");

static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
