@echo off
rem Drop a workbook on this file: the plan, the route sheets and a list of findings appear beside the workbook.
rem Keep this file in ASCII and with Windows line ends; the console may use any code page.
setlocal
set "HERE=%~dp0"
set "CAREPLAN=%HERE%.venv\Scripts\careplan.exe"
if not exist "%CAREPLAN%" set "CAREPLAN=careplan"
if "%~1"=="" (
  echo Drop a workbook on careplan.bat, or run: careplan.bat WORKBOOK.xlsx [2026-03-02]
  pause
  exit /b 2
)
set "INPUT=%~f1"
set "OUT=%~dpn1"
set "DAY="
if not "%~2"=="" set "DAY=--date %~2"
"%CAREPLAN%" visits solve "%INPUT%" %DAY% --skip-bad-rows --time-limit 60 --out "%OUT%-plan.json" --xlsx "%OUT%-plan.xlsx" --html "%OUT%-plan.html" --pdf "%OUT%-sheets.pdf" --lang zh
set "CODE=%ERRORLEVEL%"
if not "%CODE%"=="0" (
  echo.
  "%CAREPLAN%" visits validate "%INPUT%" %DAY% --mark "%OUT%-marked.xlsx" --lang zh >nul 2>&1
  echo See "%OUT%-marked.xlsx": the cells with findings are coloured there.
)
pause
exit /b %CODE%
